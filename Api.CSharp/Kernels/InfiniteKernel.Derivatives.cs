using HadamardNtk.Core;
using Microsoft.FSharp.Core;

namespace HadamardNtk;

public sealed partial class InfiniteKernel
{
    /// <summary>∂K/∂p, the derivative of the kernel by a hyper-parameter of its network.</summary>
    /// <param name="parameter">The parameter's name: w, b, leaky_relu.alpha, or w@2 for one layer alone.</param>
    /// <exception cref="ArgumentException">The network has no such parameter.</exception>
    /// <exception cref="NetworkRefusedException">
    /// The derivative is not known: an activation has no closed form, or its options vary where it is joined with
    /// another activation of the same signal.
    /// </exception>
    /// <example><code>
    /// var byWeight = Network.Parse("(dense(w=1.4,b=0.1) relu)^2 dense").Ntk().Derivative("w").Gram(x);
    /// </code></example>
    public KernelDerivative Derivative(string parameter) => Derivative(Network.Parameter(parameter));

    /// <summary>∇_x K(x, x′), the gradient of the kernel by its first sample.</summary>
    /// <exception cref="NetworkRefusedException">An activation has no closed form.</exception>
    public SampleGradient SampleGradient() => new(
        Along(Core.KernelDerivative.byRowNorm(Program.Core)),
        Along(Core.KernelDerivative.byProduct(Program.Core)),
        Program.Core.Program.HasAverage ? Along(Core.KernelDerivative.byRowAverage(Program.Core)) : null);

    internal KernelDerivative Derivative(NetworkParameter parameter) => new(
        parameter,
        Along(Core.KernelDerivative.byOptions(
            Program.Core, FuncConvert.FromFunc<OptionPlace, double>(parameter.Speed))));

    private InfiniteKernel Along(FSharpResult<Core.Kernel, Refusal> found) => found.IsOk
        ? new(new KernelProgram(Network, found.ResultValue), Kind)
        : throw new NetworkRefusedException(found.ErrorValue);
}
