using HadamardNtk.Core;
using Microsoft.FSharp.Core;

namespace HadamardNtk;

/// <summary>The derivatives of the kernels of networks.</summary>
public static class KernelDerivatives
{
    /// <summary>∂K/∂p, the derivative of the kernel by a hyper-parameter of its network.</summary>
    /// <param name="kernel">The kernel K.</param>
    /// <param name="parameter">The parameter's name: w, b, leaky_relu.alpha, or w@2 for one layer alone.</param>
    /// <exception cref="ArgumentException">The network has no such parameter.</exception>
    /// <exception cref="NetworkRefusedException">
    /// The derivative is not known: an activation has no closed form, its options vary where it is joined with another
    /// activation of the same signal, or an attention's weights are differentiated.
    /// </exception>
    /// <example><code>
    /// var byWeight = Network.Parse("(dense(w=1.4,b=0.1) relu)^2 dense").Ntk().Derivative("w").Gram(x);
    /// </code></example>
    public static KernelDerivative Derivative(this InfiniteKernel kernel, string parameter)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        return kernel.Derivative(kernel.Network.Parameter(parameter));
    }

    /// <summary>∇_x K(x, x′), the gradient of the kernel by its first sample.</summary>
    /// <param name="kernel">The kernel K.</param>
    /// <exception cref="NetworkRefusedException">An activation has no closed form.</exception>
    public static SampleGradient SampleGradient(this InfiniteKernel kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        var core = kernel.Program.Core;
        return new(
            Along(kernel, Core.KernelDerivative.byRowNorm(core)),
            Along(kernel, Core.KernelDerivative.byProduct(core)),
            core.Program.HasAverage ? Along(kernel, Core.KernelDerivative.byRowAverage(core)) : null);
    }

    internal static KernelDerivative Derivative(this InfiniteKernel kernel, NetworkParameter parameter)
    {
        var speed = FuncConvert.FromFunc<OptionPlace, double>(parameter.Speed);
        if (kernel.Program.Positions is not { } positions)
        {
            return new(parameter, Along(kernel, Core.KernelDerivative.byOptions(kernel.Program.Core, speed)));
        }

        var found = Core.KernelDerivative.onPositions(kernel.Network.Core, positions, speed);
        return found.IsOk
            ? new(parameter, new(new KernelProgram(kernel.Program, found.ResultValue), kernel.Kind))
            : throw new NetworkRefusedException(found.ErrorValue);
    }

    private static InfiniteKernel Along(InfiniteKernel kernel, FSharpResult<Core.Kernel, Refusal> found) => found.IsOk
        ? new(new KernelProgram(kernel.Network, found.ResultValue), kernel.Kind)
        : throw new NetworkRefusedException(found.ErrorValue);
}
