using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>Trains networks of finite width for studies, by <see cref="ModuleTrainer"/> in float64.</summary>
public sealed class TorchTraining : IFiniteTraining
{
    private TorchTraining()
    {
    }

    /// <summary>Creates one.</summary>
    /// <exception cref="DllNotFoundException">libtorch is missing; the message says how to have it.</exception>
    public static TorchTraining Create()
    {
        NativeTorch.Require();
        return new();
    }

    /// <inheritdoc/>
    public IReadOnlyList<Matrix> Train(FiniteTrainingTask task, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(task);
        using var scope = torch.NewDisposeScope();
        using var module = Module(task.Network, task.Width, task.Seed, task.X, cancellation);
        var (x, points) = (Values(task.X), Values(task.Points));
        var kernel = ModuleTangentKernel.Create(module);
        var (start, at) = (kernel.Outputs(x, cancellation), kernel.Outputs(points, cancellation));
        var asked = task.Steps.ToHashSet();
        List<Matrix> changes = [];
        var steps = Math.Max(1, task.Steps[^1]);
        var done = new StepProgress(task.Progress, steps);
        ModuleTrainer.Train(module, x, Values(Entrywise.Add(task.Y, start)), new()
        {
            Epochs = (int)steps,
            ReportEvery = 1,
            Optimizer = ModuleOptimizer.Sgd(task.Rate),
            OnPoint = point =>
            {
                done.Add(point.Step > 0 ? 1 : 0);
                if (asked.Contains(point.Step))
                {
                    changes.Add(Entrywise.Add(Outputs(module, points), at, -1));
                }
            },
        }, cancellation);
        return changes;
    }

    /// <inheritdoc/>
    public Matrix TangentKernel(
        Network network, int width, long seed, Matrix x, CancellationToken cancellation = default) =>
        TangentKernel(network, width, seed, x, null, cancellation);

    /// <inheritdoc/>
    public Matrix TangentKernel(
        Network network,
        int width,
        long seed,
        Matrix x,
        IProgress<double>? progress,
        CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(x);
        using var scope = torch.NewDisposeScope();
        using var module = Module(network, width, seed, x, cancellation);
        return ModuleTangentKernel.Create(module).Gram(Values(x), TangentOutputs.Mean, progress, cancellation);
    }

    private static NetworkModule Module(
        Network network, int width, long seed, Matrix x, CancellationToken cancellation) =>
        network.ToModule(x.Columns, width, seed, Precision.Float64, null, cancellation);

    private static Tensor Values(Matrix m) =>
        torch.tensor(m.Data, [m.Rows, m.Columns], dtype: torch.ScalarType.Float64);

    private static Matrix Outputs(NetworkModule module, Tensor points)
    {
        using var scope = torch.NewDisposeScope();
        using var still = torch.no_grad();
        return TensorTransfer.ToMatrix(module.call(points));
    }
}
