using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>How well the classes of a binary task are told apart.</summary>
/// <param name="Accuracy">The part of the test samples whose sign is right.</param>
/// <param name="HalfTime">
/// The first recorded step after which half of the training loss is left; infinity if it is not reached.
/// </param>
internal sealed record TaskScore(double Accuracy, double HalfTime);

/// <summary>A kernel on the way of a training.</summary>
/// <param name="Step">The number of steps before it.</param>
/// <param name="Distance">Its distance to the kernel at the start.</param>
/// <param name="Target">The centered alignment with y yᵀ.</param>
internal sealed record KernelPoint(long Step, double Distance, double Target);

/// <summary>
/// A network trained on a binary task, beside its linearizations at the start and at the end. All are trained on the
/// squared loss by the same number of steps of descent. For the network, which TorchSharp trains, f − f_0 has the
/// targets ±<see cref="LinearizedOptions.TargetSize"/>. For the linearizations it has ±1, and their training is exact,
/// from the eigenvalues of their kernels; the size of the targets changes neither their signs nor their half-times.
/// </summary>
internal sealed class TaskRun
{
    /// <summary>The number of samples whose kernel is compared through training.</summary>
    private const int Watched = 150;

    private TaskRun(InitialNetwork start, int samples, double[] y) => (Start, Samples, Y) = (start, samples, y);

    internal InitialNetwork Start { get; }

    /// <summary>n, the number of training samples.</summary>
    internal int Samples { get; }

    /// <summary>The task, ±1 at all samples.</summary>
    internal double[] Y { get; }

    internal TaskScore Network { get; private init; } = new(0, 0);

    internal TaskScore LinearizedAtStart { get; private init; } = new(0, 0);

    internal TaskScore LinearizedAtEnd { get; private init; } = new(0, 0);

    /// <summary>The part of the training loss that is left at the end.</summary>
    internal double LossLeft { get; private init; }

    /// <summary>Θ at all samples after training.</summary>
    internal Matrix FinalKernel { get; private init; } = Matrix.Wrap([], 0, 0);

    /// <summary>The kernels on the way.</summary>
    internal IReadOnlyList<KernelPoint> Path { get; private init; } = [];

    /// <summary>The accuracy that chance has: the part of the larger class of the test samples.</summary>
    internal double Chance { get; private init; }

    internal static TaskRun Of(
        InitialNetwork start, LinearizedData data, double[] y, int samples, LinearizedOptions options,
        bool watch, CancellationToken cancellation)
    {
        using var scope = torch.NewDisposeScope();
        using var module = start.Module(data, cancellation);
        var (x, test) = (data.Tensor, Enumerable.Range(data.Training, data.X.Rows - data.Training).ToArray());
        var rate = options.RelativeRate * Dynamics(start.Kernel, y, samples).MaximumRate();
        List<KernelPoint> path = [];
        List<ModuleTrainingPoint> points = [];
        var train = x.narrow(0, 0, samples);
        double[] shifted =
            [.. Enumerable.Range(0, samples).Select(i => (options.TargetSize * y[i]) + start.Outputs[i])];
        ModuleTrainer.Train(module, train, torch.tensor(shifted, dtype: torch.ScalarType.Float64), new()
        {
            Epochs = options.Steps,
            ReportEvery = 1,
            Optimizer = ModuleOptimizer.Sgd(rate),
            OnPoint = point =>
            {
                points.Add(point);
                if (watch && IsPower(point.Step, options.Steps))
                {
                    path.Add(Watch(module, x, start.Kernel, y, point.Step));
                }
            },
        }, cancellation);
        var kernel = ModuleTangentKernel.Create(module);
        var after = kernel.Outputs(x, cancellation).Data;
        var final = kernel.Gram(x, null, cancellation);
        double[] changes = [.. after.Zip(start.Outputs, (a, b) => a - b)];
        return new(start, samples, y)
        {
            Network = new(Right(changes, y, test), Half(points)),
            LinearizedAtStart = Linear(start.Kernel, y, samples, test, rate, options),
            LinearizedAtEnd = Linear(
                final, y, samples, test, options.RelativeRate * Dynamics(final, y, samples).MaximumRate(), options),
            LossLeft = points[^1].Loss / points[0].Loss,
            FinalKernel = final,
            Path = path,
            Chance = Math.Max(test.Count(i => y[i] > 0), test.Count(i => y[i] < 0)) / (double)test.Length,
        };
    }

    /// <summary>The alignment of targets with a kernel at all samples, as a part of its trace.</summary>
    internal static double Alignment(Matrix kernel, ReadOnlySpan<double> y)
    {
        var (sum, trace) = (0.0, 0.0);
        for (var i = 0; i < kernel.Rows; i++)
        {
            sum += y[i] * RowProducts.Dot(kernel.Row(i), y);
            trace += kernel[i, i];
        }

        return sum / RowProducts.Dot(y, y) / trace;
    }

    private static TrainingDynamics<IReadOnlyList<int>> Dynamics(Matrix kernel, double[] y, int samples) =>
        TrainingDynamics.Create<IReadOnlyList<int>>(
            PrecomputedKernel.Of(kernel), [.. Enumerable.Range(0, samples)], Matrix.Wrap(y[..samples], samples, 1));

    private static TaskScore Linear(
        Matrix kernel, double[] y, int samples, int[] test, double rate, LinearizedOptions options)
    {
        var dynamics = Dynamics(kernel, y, samples);
        var mean = dynamics.At(test).Mean(Training.Descent(rate, options.Steps)).Data;
        var there = dynamics.At();
        double Left(int steps) => Squares(there.Mean(Training.Descent(rate, steps)).Data, y) / samples;

        // The loss falls with every step, so that the step of its half is found by bisection.
        var (low, high) = (0, options.Steps);
        var isReached = Left(high) <= 0.5;
        while (isReached && high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = Left(middle) <= 0.5 ? (low, middle) : (middle, high);
        }

        return new(
            test.Where((place, k) => mean[k] * y[place] > 0).Count() / (double)test.Length,
            isReached ? high : double.PositiveInfinity);
    }

    private static double Squares(double[] f, double[] y) =>
        f.Select((v, i) => (v - y[i]) * (v - y[i])).Sum();

    private static double Right(double[] f, double[] y, int[] test) =>
        test.Count(i => f[i] * y[i] > 0) / (double)test.Length;

    private static double Half(List<ModuleTrainingPoint> points) =>
        points.Find(point => point.Loss <= 0.5 * points[0].Loss)?.Step ?? double.PositiveInfinity;

    // Steps 0, 1, 2, 4, 8, ... and the last.
    private static bool IsPower(long step, int last) => step == last || (step & (step - 1)) == 0;

    private static KernelPoint Watch(NetworkModule module, Tensor x, Matrix start, double[] y, long step)
    {
        var count = (int)Math.Min(Watched, x.shape[0]);
        var now = ModuleTangentKernel.Create(module).Gram(x.narrow(0, 0, count));
        var before = Block(start, count);
        var target = Matrix.Wrap(
            [.. Enumerable.Range(0, count * count).Select(k => y[k / count] * y[k % count])], count, count);
        return new(
            step, KernelSimilarity.Distance(now, before), KernelSimilarity.CenteredAlignment(now, target));
    }

    private static Matrix Block(Matrix kernel, int count) => Matrix.Wrap(
        [.. Enumerable.Range(0, count).SelectMany(i => kernel.Row(i)[..count].ToArray())], count, count);
}
