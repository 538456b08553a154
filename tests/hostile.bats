load helper

# What the system or the input does to hurt: every run ends, with the result
# or with one line that says why not.

# rows N: a table of N rows
rows() {
	seq "$1" | awk 'BEGIN { print "id,x1,y" } { print $1 "," $1 / 4 "," $1 % 7 }'
}

# limits LOW STEP HIGH COMMAND...: under each limit of memory in kB the command
# ends in time, with status 0 and no message or status 1 and one that says why
limits() {
	local low=$1 step=$2 high=$3 ended=0
	shift 3
	case $(command -v mtl-train) in
	*asan*) skip "a sanitizer needs more memory than any limit here" ;;
	esac
	for kb in $(seq "$low" "$step" "$high"); do
		(ulimit -v "$kb"; exec timeout 20 "$@") > out 2> message && {
			[ ! -s message ]
			ended=$((ended + 1))
			continue
		}
		# Below some limit the system cannot start a program at all.
		grep -q 'shared librar' message && continue
		[ "$(cat message)" = "$1: out of memory" ] || {
			echo "$kb kB: $(cat message)"
			return 1
		}
		[ ! -s out ]
	done
	[ "$ended" -gt 0 ]
}

@test "mtl-train: a limit of memory is status 1 and a message, never a wait" {
	rows 500 > in.csv
	limits 40000 30000 500000 mtl-train -q --loss squared --lambda 0.1 -j 2 \
	    in.csv
	limits 40000 60000 500000 mtl-train -q --lambda 0.1 -j 1 in.csv
}

@test "mtl-gen: a limit of memory is status 1 and a message, never a wait" {
	limits 40000 30000 400000 mtl-gen --modalities a:2,b:3 --truth truth
}
