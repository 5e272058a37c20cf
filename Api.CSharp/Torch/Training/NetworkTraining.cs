using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>A training of a network on rows of a matrix.</summary>
internal sealed class NetworkTraining(
    Network network, NetworkTrainingOptions options, ClassTargets? classes, CancellationToken cancellation)
{
    /// <summary>Rows with targets, whose shape depends on the network's outputs.</summary>
    /// <param name="X">The rows, n × d.</param>
    /// <param name="Targets">The number of targets, or of labels.</param>
    /// <param name="Y">The targets for a module, n × C.</param>
    internal sealed record Samples(Matrix X, int Targets, Func<NetworkModule, Matrix> Y);

    /// <summary>Targets, if they have a column for each output of a module.</summary>
    /// <exception cref="ArgumentException">They have not.</exception>
    internal static Matrix Fitting(NetworkModule module, Matrix y) => y.Columns == module.Outputs
        ? y
        : throw new ArgumentException(
            $"Expected a network with {Counted(y.Columns, "output")}, one for each column of the targets; "
            + $"this one has {module.Outputs}. Let it end with dense(width={y.Columns}).", nameof(y));

    /// <summary>A device by its name.</summary>
    /// <exception cref="ArgumentException">It is not available here.</exception>
    /// <exception cref="DllNotFoundException">libtorch is missing.</exception>
    internal static torch.Device Available(string name)
    {
        if (!TorchDevice.TryParse(name, out var device))
        {
            throw new ArgumentException($"Expected the device cpu, cuda or cuda:N, not '{name}'.");
        }

        NativeTorch.Require();
        var missing = NativeTorch.Missing(device, null);
        return missing.Length == 0
            ? device.Tensors
            : throw new ArgumentException($"Expected a device that is available here, not '{name}': {missing}");
    }

    /// <summary>The device of a module's parameters.</summary>
    internal static torch.Device DeviceOf(NetworkModule module) =>
        module.parameters().FirstOrDefault()?.device ?? torch.CPU;

    /// <summary>Moves a module to a device, with parameters that belong to no scope.</summary>
    internal static void Move(NetworkModule module, torch.Device device)
    {
        if (device.type != DeviceType.CPU)
        {
            module.to(device);
            foreach (var parameter in module.parameters())
            {
                parameter.DetachFromDisposeScope();
            }
        }
    }

    /// <summary>Trains the network.</summary>
    internal TrainedNetwork Run(Samples training, Samples? validation)
    {
        Require(training);
        Require(validation ?? training);
        var device = Available(options.Device);
        var threads = torch.get_num_threads();
        var module = Guarded(() => network.ToModule(
            training.X.Columns, options.Width, options.Seed, options.Precision, null, cancellation));
        try
        {
            torch.set_num_threads(options.Threads ?? threads);
            return Guarded(() => Train(module, device, training, validation));
        }
        catch
        {
            module.Dispose();
            throw;
        }
        finally
        {
            torch.set_num_threads(threads);
        }
    }

    private TrainedNetwork Train(NetworkModule module, torch.Device device, Samples training, Samples? validation)
    {
        using var scope = torch.NewDisposeScope();
        RequireTrained(module);
        classes?.RequireOutputs(module.Outputs, options.Training.Loss);
        var transform = RowTransform.Learn(training.X, options.Center, options.Unit);
        Move(module, device);
        var (x, y) = Tensors(module, training, transform, device);
        var linearized = options.Linearized ? LinearizedModule.Of(module) : null;
        var history = ModuleTrainer.Train(
            (torch.nn.Module<Tensor, Tensor>?)linearized ?? module, x, y,
            options.Training with
            {
                Validation = validation is null ? null : Tensors(module, validation, transform, device),
            },
            cancellation);
        return new(module, linearized, transform, classes, history.Points);
    }

    private (Tensor X, Tensor Y) Tensors(
        NetworkModule module, Samples samples, RowTransform transform, torch.Device device)
    {
        var (x, y) = (samples.X, samples.Y(module));
        TrainingData.RequireFinite(y, "target", nameof(y));
        return (
            SampleTensors.Of(x, transform, options.Precision, device, 0, x.Rows),
            SampleTensors.Of(y, options.Precision, device));
    }

    private void Require(Samples samples)
    {
        if (samples.X.Rows != samples.Targets || samples.X.Rows == 0)
        {
            throw new ArgumentException(
                "Expected at least one sample, and a target for each of them; "
                + $"there are {Counted(samples.X.Rows, "sample")} and {Counted(samples.Targets, "target")}.");
        }

        TrainingData.RequireFinite(samples.X, "sample", "x");
    }

    private static void RequireTrained(NetworkModule module)
    {
        if (!module.parameters().Any(TrainedParameters.IsTrained))
        {
            throw new ArgumentException(
                "Expected a network with parameters that are trained; this one has none. "
                + "Give it a dense layer without trained=false.");
        }
    }

    private T Guarded<T>(Func<T> work) => DeviceMemory.Guarded(
        $"a network of width {options.Width} and a step of {options.Training.BatchSize?.ToString() ?? "all"} samples",
        "take a smaller batch or width", work);

    private static string Counted(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
