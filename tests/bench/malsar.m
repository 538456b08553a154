% FISTA with line search for least squares of several tasks under the l21 or
% the trace norm, as the solvers Least_L21 and Least_Trace of MALSAR (Zhou,
% Chen and Ye, "MALSAR: Multi-tAsk Learning via StructurAl Regularization",
% 2011) run it: from W = 0, step 1/gamma, gamma from 1 doubled until the
% quadratic model bounds the loss, never lowered; a loop over the tasks for the
% loss and another for the gradient; stop when the objective changes by no more
% than tol of itself.
%
%	octave -q malsar.m TABLE NORM LAMBDA TOL...
%
% TABLE: rows of task number, target, features, already centred by task and
% scaled, so that 1/2 the sum of squares is the loss. Prints a line for each
% TOL: objective, iterations, seconds of the fit; then the seconds of reading.
1;

function W = shrink(norm_name, D, tau)
	if strcmp(norm_name, 'l21')
		W = repmat(max(0, 1 - tau ./ sqrt(sum(D .^ 2, 2))), 1, ...
		    size(D, 2)) .* D;
	else
		[U, S, V] = svd(D, 'econ');
		W = U * diag(max(diag(S) - tau, 0)) * V';
	end
end

function v = penalty(norm_name, W)
	if strcmp(norm_name, 'l21')
		v = sum(sqrt(sum(W .^ 2, 2)));
	else
		v = sum(svd(W));
	end
end

function v = loss(X, Y, W)
	v = 0;
	for t = 1:numel(X)
		v = v + 0.5 * norm(Y{t} - X{t}' * W(:, t)) ^ 2;
	end
end

function G = gradient(X, Y, W)
	G = zeros(size(W));
	for t = 1:numel(X)
		G(:, t) = X{t} * (X{t}' * W(:, t) - Y{t});
	end
end

function [objective, iter] = fit(X, Y, norm_name, lambda, tol)
	W = zeros(rows(X{1}), numel(X));
	before = W;
	t = 1;
	t_before = 0;
	gamma = 1;
	objective = Inf;
	for iter = 0:1000000
		alpha = (t_before - 1) / t;
		S = (1 + alpha) * W - alpha * before;
		G = gradient(X, Y, S);
		at = loss(X, Y, S);
		while true
			P = shrink(norm_name, S - G / gamma, lambda / gamma);
			now = loss(X, Y, P);
			D = P - S;
			square = norm(D, 'fro') ^ 2;
			bound = at + sum(sum(D .* G)) + gamma / 2 * square;
			if square <= 1e-20 || now <= bound
				break;
			end
			gamma = gamma * 2;
		end
		before = W;
		W = P;
		last = objective;
		objective = now + lambda * penalty(norm_name, W);
		if square <= 1e-20 || ...
		    iter >= 2 && abs(objective - last) <= tol * last
			break;
		end
		t_before = t;
		t = 0.5 * (1 + sqrt(1 + 4 * t ^ 2));
	end
end

args = argv();
tic;
table = csvread(args{1});
tasks = max(table(:, 1));
X = cell(tasks, 1);
Y = cell(tasks, 1);
for t = 1:tasks
	mine = table(:, 1) == t;
	X{t} = table(mine, 3:end)';
	Y{t} = table(mine, 2);
end
reading = toc;
for k = 4:numel(args)
	tic;
	[objective, iter] = fit(X, Y, args{2}, str2double(args{3}), ...
	    str2double(args{k}));
	printf('%.17g %d %.6f\n', objective, iter, toc);
end
printf('%.6f\n', reading);
