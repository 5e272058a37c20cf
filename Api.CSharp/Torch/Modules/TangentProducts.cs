using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>Products with a module's Jacobian J, n C × P, which is never formed.</summary>
internal static class TangentProducts
{
    /// <summary>Jᵀ v in the shapes of the parameters, for v of shape n × C.</summary>
    internal static Tensor[] TransposeTimes(ModuleRun run, Tensor x, Matrix v)
    {
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
        }

        return sums;
    }

    /// <summary>J w, n × C, or f(x) + J w if <c>withOutputs</c>.</summary>
    internal static Matrix Times(ModuleRun run, Tensor x, Tensor[] w, bool withOutputs)
    {
        var rows = new List<Matrix>();
        foreach (var (start, samples) in TangentFeatures.Chunks(x))
        {
            using var scope = torch.NewDisposeScope();
            var outputs = run.Differentiable(samples, start);
            var product = Derivatives.Times(outputs, run.Parameters.Values, w);
            rows.Add(TangentTile.ToMatrix(
                withOutputs ? product.to_type(torch.ScalarType.Float64).add(outputs, Held.One) : product));
        }

        return Join(rows);
    }

    /// <summary>f(x), n × C.</summary>
    internal static Matrix Outputs(ModuleRun run, Tensor x)
    {
        using var still = torch.no_grad();
        var rows = new List<Matrix>();
        foreach (var (start, samples) in TangentFeatures.Chunks(x))
        {
            using var scope = torch.NewDisposeScope();
            rows.Add(TangentTile.ToMatrix(run.Outputs(samples, start)));
        }

        return Join(rows);
    }

    private static Tensor Rows(Matrix v, long start, long count) => torch.tensor(
        v.SelectRows((int)start, (int)count).Data, [count, v.Columns], dtype: torch.ScalarType.Float64);

    private static Matrix Join(List<Matrix> rows) =>
        new(rows.Sum(r => r.Rows), rows[0].Columns, [.. rows.SelectMany(r => r.Data)]);
}
