using System.Runtime.InteropServices;
using TorchSharp;
using Tensor = TorchSharp.torch.Tensor;

namespace HadamardNtk;

/// <summary>
/// Derivatives by reverse mode, which do not change the gradients stored in a module's parameters. An error inside
/// <c>torch.autograd.grad</c> ends the process. It is therefore never called for an output without a graph, and never
/// requires that an input is used.
/// </summary>
internal static class Derivatives
{
    /// <summary>The same outputs, with derivatives 0 by inputs on which they may not depend.</summary>
    internal static Tensor Tie(Tensor outputs, IEnumerable<Tensor> inputs) =>
        inputs.Aggregate(
            outputs,
            (sum, input) => sum.add(input.flatten().narrow(0, 0, 0).sum().to(sum.dtype, sum.device), Held.One));

    /// <summary>The derivatives of a sum by inputs, each of the input's shape.</summary>
    /// <param name="sum">One number.</param>
    /// <param name="inputs">The inputs.</param>
    /// <param name="retain">Whether the graph is needed again.</param>
    internal static Tensor[] Of(Tensor sum, Tensor[] inputs, bool retain) => !sum.requires_grad
        ? ZerosLike(inputs)
        : Defined(
            inputs, torch.autograd.grad([sum], inputs, retain_graph: retain, create_graph: false, allow_unused: true));

    /// <summary>Jᵀ v, in the shapes of the inputs.</summary>
    /// <param name="outputs">f, n × C.</param>
    /// <param name="inputs">The inputs, by which f is differentiated.</param>
    /// <param name="v">v, n × C.</param>
    internal static Tensor[] TransposeTimes(Tensor outputs, Tensor[] inputs, Tensor v) =>
        Of((outputs * v).sum(), inputs, retain: false);

    /// <summary>J w, n × C. Jᵀ u is linear in u, and the derivative of ⟨Jᵀ u, w⟩ by u is J w.</summary>
    /// <param name="outputs">f, n × C.</param>
    /// <param name="inputs">The inputs, by which f is differentiated.</param>
    /// <param name="w">A direction, in the shapes of the inputs.</param>
    internal static Tensor Times(Tensor outputs, Tensor[] inputs, Tensor[] w) => Times(outputs, inputs, w, false);

    /// <summary>J w as a function of w, whose derivatives autograd has.</summary>
    /// <inheritdoc cref="Times(Tensor, Tensor[], Tensor[])"/>
    internal static Tensor DifferentiableTimes(Tensor outputs, Tensor[] inputs, Tensor[] w) =>
        Times(outputs, inputs, w, true);

    /// <summary>
    /// Fails if outputs have no second derivatives by inputs. The call throws where <c>autograd.grad</c> would end the
    /// process.
    /// </summary>
    /// <exception cref="InvalidOperationException">They have none.</exception>
    internal static void RequireSecond(Tensor outputs, Tensor[] inputs)
    {
        var u = torch.ones(outputs.shape, outputs.dtype, outputs.device, requires_grad: true);
        var pulled = torch.autograd.grad(
            [(outputs * u).sum()], inputs, retain_graph: true, create_graph: true, allow_unused: true);
        Tensor[] sums = [.. pulled.Where(g => !g.IsInvalid && g.requires_grad).Select(g => g.sum())];
        if (sums.Length > 0)
        {
            RequireBackward(sums.Aggregate((a, b) => a.add(b, Held.One)), u);
        }
    }

    /// <summary>
    /// Fails if a first derivative cannot be differentiated by a leaf, whose gradient is overwritten.
    /// </summary>
    /// <exception cref="InvalidOperationException">It cannot.</exception>
    internal static void RequireBackward(Tensor first, Tensor leaf)
    {
        try
        {
            torch.autograd.backward([first], retain_graph: true, create_graph: false, inputs: [leaf]);
        }
        catch (ExternalException e) when (!DeviceMemory.IsExhausted(e))
        {
            throw new InvalidOperationException(
                "Expected a module that has second derivatives; "
                + $"it fails backwards: {MessageText.Clean(e.Message.Split('\n')[0])}", e);
        }
    }

    private static Tensor Times(Tensor outputs, Tensor[] inputs, Tensor[] w, bool isFunction)
    {
        var u = torch.zeros(outputs.shape, outputs.dtype, outputs.device, requires_grad: true);
        var sum = (outputs * u).sum();
        var pulled = outputs.requires_grad
            ? Defined(
                inputs, torch.autograd.grad([sum], inputs, retain_graph: true, create_graph: true, allow_unused: true))
            : ZerosLike(inputs);
        var products = pulled.Zip(w, (g, d) => (g * d).sum().to(outputs.dtype, outputs.device));
        var product = products.Aggregate((a, b) => a.add(b, Held.One));
        return isFunction && product.requires_grad
            ? Defined(
                [u], torch.autograd.grad([product], [u], retain_graph: true, create_graph: true, allow_unused: true))[0]
            : Of(product, [u], retain: false)[0];
    }

    private static Tensor[] Defined(Tensor[] inputs, IList<Tensor> gradients) =>
        [.. inputs.Zip(gradients, (input, gradient) => gradient.IsInvalid ? torch.zeros_like(input) : gradient)];

    private static Tensor[] ZerosLike(Tensor[] inputs) => [.. inputs.Select(input => torch.zeros_like(input))];
}
