load ../helper

@test "mtl-split: --progress=always without a terminal writes a plain line every ten seconds" {
	printf 'id,y\n1,2\n2,3\n' > in.csv
	(cat in.csv; sleep 10.5; echo 3,4) |
		mtl-split -t 1 --progress=always 2> message > out.csv
	[[ $(cat message) =~ ^"mtl-split: reading"[^$'\n']*" 2, 10 s"$ ]]
	[ "$(wc -l < out.csv)" -eq 4 ]
}
