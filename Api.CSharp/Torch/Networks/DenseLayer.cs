using HadamardNtk.Core;
using TorchSharp;
using TorchSharp.Modules;
using Scalar = TorchSharp.Scalar;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>
/// A dense layer as a module, z = s W x + t β. In the NTK parameterization s = w/√fan_in and t = b; in the standard one
/// both are 1. Its parameters are <c>weight</c>, W (m × fan_in), and <c>bias</c>, β (m numbers), which is missing if
/// b = 0.
/// </summary>
public sealed class DenseLayer : torch.nn.Module<Tensor, Tensor>
{
    private readonly Scalar _scale;
    private readonly Scalar _shift;

    internal DenseLayer(FiniteWeights weights, ReadOnlySpan<double> values, Precision precision)
        : base(nameof(DenseLayer))
    {
        (Scale, Shift) = (weights.Factors.Item1, weights.HasBias ? weights.Factors.Item2 : 0);
        (_scale, _shift) = (Scale, Shift);
        (Channels, Inputs) = (weights.Channels, weights.FanIn);
        var count = weights.Channels * weights.FanIn;
        Register("weight", values[..count], [weights.Channels, weights.FanIn], precision, weights.Options.Trained);
        if (weights.HasBias)
        {
            Register("bias", values[count..], [weights.Channels], precision, weights.Options.Trained);
        }
    }

    /// <summary>s, the factor of W.</summary>
    public double Scale { get; }

    /// <summary>t, the factor of β, or 0 without biases.</summary>
    public double Shift { get; }

    /// <summary>m, the number of channels of the output.</summary>
    public int Channels { get; }

    /// <summary>The number of channels of the input, fan_in.</summary>
    public int Inputs { get; }

    /// <summary>W, m × fan_in.</summary>
    public Parameter Weight => get_parameter("weight")!;

    /// <summary>β, m numbers, or null.</summary>
    public Parameter? Bias => has_parameter("bias") ? get_parameter("bias") : null;

    /// <summary>s W x + t β for each row x of a matrix, n × fan_in. The result is n × m.</summary>
    /// <param name="x">The rows.</param>
    public override Tensor forward(Tensor x) => Of(x, Weight, Bias);

    /// <summary>s W x + t β for other parameters than its own.</summary>
    internal Tensor Of(Tensor x, Tensor weight, Tensor? bias)
    {
        using var scope = torch.NewDisposeScope();
        var shift = bias is null || Shift == 1 ? bias : bias.mul(_shift);

        // The smaller one of x and W x is scaled.
        var z = Scale == 1 ? torch.nn.functional.linear(x, weight, shift)
            : Inputs <= Channels ? torch.nn.functional.linear(x.mul(_scale), weight, shift)
            : Shifted(torch.nn.functional.linear(x, weight).mul(_scale), shift);
        return z.MoveToOuterDisposeScope();
    }

    /// <summary>t β for each of n rows.</summary>
    internal Tensor OfBias(Tensor bias, long rows) => bias.mul(_shift).unsqueeze(0).expand(rows, -1);

    private static Tensor Shifted(Tensor z, Tensor? shift) => shift is null ? z : z.add(shift, Held.One);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _scale.Dispose();
            _shift.Dispose();
        }

        base.Dispose(disposing);
    }

    private void Register(
        string name, ReadOnlySpan<double> values, long[] shape, Precision precision, bool isTrained)
    {
        using var scope = torch.NewDisposeScope();
        using var drawn = torch.tensor(values.ToArray(), shape, dtype: torch.ScalarType.Float64);
        var own = drawn.to_type(TensorPrecision.Of(precision), copy: true).DetachFromDisposeScope();
        var parameter = new Parameter(own, isTrained);
        parameter.DetachFromDisposeScope();
        register_parameter(name, parameter);
    }
}
