using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>
/// Products with a module's Jacobian J, n C × P, which is never formed. A listener receives the part of the samples
/// that have gone through the module.
/// </summary>
internal static class TangentProducts
{
    /// <summary>Jᵀ v in the shapes of the parameters, for v of shape n × C.</summary>
    internal static Tensor[] TransposeTimes(ModuleRun run, Tensor x, Matrix v, IProgress<double>? progress = null)
    {
        var done = new StepProgress(progress, x.shape[0]);
        Tensor[] sums = [.. run.Parameters.Values.Select(p => torch.zeros(p.shape, p.dtype, p.device))];
        foreach (var (start, samples) in TangentFeatures.Chunks(x))
        {
            using var scope = torch.NewDisposeScope();
            var outputs = run.Differentiable(samples, start);
            var rows = Rows(v, start, samples.shape[0]).to(outputs.dtype, outputs.device);
            var gradients = Derivatives.TransposeTimes(outputs, run.Parameters.Values, rows);
            for (var k = 0; k < sums.Length; k++)
            {
                using var still = torch.no_grad();
                sums[k].add_(gradients[k], Held.One);
            }

            done.Add(samples.shape[0]);
        }

        return sums;
    }

    /// <summary>J w, n × C, or f(x) + J w if <c>withOutputs</c>.</summary>
    internal static Matrix Times(
        ModuleRun run, Tensor x, Tensor[] w, bool withOutputs, IProgress<double>? progress = null)
    {
        var (rows, done) = (new List<Matrix>(), new StepProgress(progress, x.shape[0]));
        foreach (var (start, samples) in TangentFeatures.Chunks(x))
        {
            using var scope = torch.NewDisposeScope();
            var outputs = run.Differentiable(samples, start);
            var product = Derivatives.Times(outputs, run.Parameters.Values, w);
            rows.Add(TensorTransfer.ToMatrix(
                withOutputs ? product.to_type(torch.ScalarType.Float64).add(outputs, Held.One) : product));
            done.Add(samples.shape[0]);
        }

        return Join(rows);
    }

    /// <summary>1/C Σ_o J_o J′_oᵀ V, n × the columns of V, for V of n′ rows.</summary>
    internal static Matrix MeanTimes(
        ModuleRun run, Tensor x, Tensor other, Matrix v, IProgress<double>? progress = null)
    {
        var (rows, outputs) = ((int)x.shape[0], (int)run.OutputCount);
        var mean = new double[rows * v.Columns];
        var (passes, pass) = ((double)v.Columns * outputs, 0);
        for (var c = 0; c < v.Columns; c++)
        {
            for (var o = 0; o < outputs; o++)
            {
                using var scope = torch.NewDisposeScope();
                var stage = progress.Stage(pass / passes, (pass + 1) / passes);
                var product = Both(run, x, other, Only(v, c, o, outputs), stage);
                pass++;
                for (var i = 0; i < rows; i++)
                {
                    mean[i * v.Columns + c] += product[i, o] / outputs;
                }
            }
        }

        return Matrix.Wrap(mean, rows, v.Columns);
    }

    /// <summary>J (J′ᵀ v), n × C, for v of shape n′ × C.</summary>
    internal static Matrix Both(ModuleRun run, Tensor x, Tensor other, Matrix v, IProgress<double>? progress) => Times(
        run, x, TransposeTimes(run, other, v, progress.Stage(0, 0.5)), withOutputs: false, progress.Stage(0.5, 1));

    // A matrix whose column o is column c of V, and whose other columns are 0.
    private static Matrix Only(Matrix v, int c, int o, int outputs)
    {
        var only = new double[v.Rows * outputs];
        for (var i = 0; i < v.Rows; i++)
        {
            only[i * outputs + o] = v[i, c];
        }

        return Matrix.Wrap(only, v.Rows, outputs);
    }

    /// <summary>f(x), n × C.</summary>
    internal static Matrix Outputs(ModuleRun run, Tensor x, IProgress<double>? progress = null)
    {
        using var still = torch.no_grad();
        var (rows, done) = (new List<Matrix>(), new StepProgress(progress, x.shape[0]));
        foreach (var (start, samples) in TangentFeatures.Chunks(x))
        {
            using var scope = torch.NewDisposeScope();
            rows.Add(TensorTransfer.ToMatrix(run.Outputs(samples, start)));
            done.Add(samples.shape[0]);
        }

        return Join(rows);
    }

    private static Tensor Rows(Matrix v, long start, long count) => torch.tensor(
        v.SelectRows((int)start, (int)count).Data, [count, v.Columns], dtype: torch.ScalarType.Float64);

    private static Matrix Join(List<Matrix> rows) =>
        Matrix.Wrap([.. rows.SelectMany(r => r.Data)], rows.Sum(r => r.Rows), rows[0].Columns);
}
