using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using Xunit;
using Tensor = TorchSharp.torch.Tensor;
using TensorModule = TorchSharp.torch.nn.Module<TorchSharp.torch.Tensor, TorchSharp.torch.Tensor>;

namespace HadamardNtk.Torch.Tests.Modules;

/// <summary>Small modules and samples from a seed, the same in every TorchSharp.</summary>
internal static class Small
{
    internal static Tensor Samples(int seed, params long[] shape) => Normals(seed, shape).to_type(torch.ScalarType.Float64);

    internal static Matrix Numbers(int seed, int rows, int columns) => Matrix.Wrap(Draw(seed, rows * columns), rows, columns);

    internal static TensorModule Sequence(params TensorModule[] modules) => Drawn(torch.nn.Sequential(modules), 1);

    internal static Linear Linear(long inputs, long outputs, bool hasBias = true) =>
        torch.nn.Linear(inputs, outputs, hasBias, dtype: torch.ScalarType.Float64);

    /// <summary>Its parameters drawn anew from a seed, so that biases are not zero.</summary>
    internal static TModule Drawn<TModule>(TModule module, int seed)
        where TModule : torch.nn.Module
    {
        foreach (var (_, parameter) in module.named_parameters())
        {
            Set(parameter, Array.ConvertAll(Draw(seed++, (int)parameter.numel()), v => 0.6 * v));
        }

        return module;
    }

    internal static double[] Get(Tensor values) => MemoryMarshal.Cast<byte, double>(values.detach().contiguous().bytes).ToArray();

    internal static void Set(Tensor parameter, double[] values)
    {
        if (parameter.dtype == torch.ScalarType.Float64)
        {
            MemoryMarshal.AsBytes<double>(values).CopyTo(parameter.bytes);
        }
        else
        {
            MemoryMarshal.AsBytes<float>(Array.ConvertAll(values, v => (float)v)).CopyTo(parameter.bytes);
        }
    }

    /// <summary>The kernel by central differences of the outputs: n C × n C, errors of order h² and 2⁻⁵²/h.</summary>
    internal static double[,] ByDifferences(TensorModule module, Tensor x, double h = 1e-5)
    {
        using var scope = torch.NewDisposeScope();
        using var still = torch.no_grad();
        double[] Outputs() => Get(module.call(x));
        var size = Outputs().Length;
        var kernel = new double[size, size];
        foreach (var (_, parameter) in module.named_parameters().Where(p => p.parameter.requires_grad))
        {
            var at = Get(parameter);
            for (var k = 0; k < at.Length; k++)
            {
                double[] Moved(double by)
                {
                    var moved = (double[])at.Clone();
                    moved[k] += by;
                    Set(parameter, moved);
                    return Outputs();
                }

                var slope = Moved(h).Zip(Moved(-h), (a, b) => (a - b) / (2 * h)).ToArray();
                for (var i = 0; i < size * size; i++)
                {
                    kernel[i / size, i % size] += slope[i / size] * slope[i % size];
                }
            }

            Set(parameter, at);
        }

        return kernel;
    }

    /// <summary>The entries agree to a tolerance relative to the largest.</summary>
    internal static void Agree(Matrix expected, Matrix actual, double tolerance)
    {
        Assert.Equal((expected.Rows, expected.Columns), (actual.Rows, actual.Columns));
        var scale = expected.Data.Max(Math.Abs);
        Assert.True(scale > 0);
        Assert.All(expected.Data.Zip(actual.Data), p => Assert.InRange(p.Second - p.First, -tolerance * scale, tolerance * scale));
    }

    private static Tensor Normals(int seed, long[] shape) => torch.tensor(Draw(seed, (int)shape.Aggregate(1L, (a, b) => a * b)), shape);

    private static double[] Draw(int seed, int count) => Core.Draws.normals(seed, count);
}

/// <summary>f = g(x) with any g, of any parts.</summary>
internal sealed class Custom : TensorModule
{
    private readonly Func<Tensor, Tensor> _forward;

    internal Custom(Func<Tensor, Tensor> forward, params (string Name, torch.nn.Module Module)[] parts)
        : base("custom")
    {
        _forward = forward;
        foreach (var (name, module) in parts)
        {
            register_module(name, module);
        }
    }

    internal Custom With(string name, Parameter parameter)
    {
        register_parameter(name, parameter);
        return this;
    }

    public override Tensor forward(Tensor input) => _forward(input);
}
