using System.Numerics;
using static TorchSharp.torch;

namespace HadamardNtk;

/// <summary>
/// The Hermite coefficients of one function at every sample's variance, on a device. For odd and even functions it has
/// the nonzero coefficients only.
/// </summary>
/// <param name="Coefficients">The coefficients, K × n: a_k of sample i is at [k, i].</param>
/// <param name="Tails">The tails on the host: √(t_K/E f²) of sample i at rung r is at [r][i].</param>
/// <param name="LastTails">The tails at the last rung, n numbers on the device.</param>
/// <param name="First">The first k that is stored.</param>
/// <param name="Step">The difference from one stored k to the next.</param>
internal sealed record TensorTable(Tensor Coefficients, double[][] Tails, Tensor LastTails, int First, int Step)
{
    internal static unsafe TensorTable Create<T>(HermitePanels<T> panels, int samples, Device device)
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        var length = Enumerable.Range(0, (samples + HermitePanels<T>.Width - 1) / HermitePanels<T>.Width)
            .Max(p => Math.Max(1, panels.Length(p * HermitePanels<T>.Width)));
        var coefficients = TensorTransfer.Upload<T>(length, samples, device, (k, row) =>
        {
            for (var i = 0; i < samples; i++)
            {
                row[i] = k < panels.Length(i) ? panels.Coefficients(i)[k * HermitePanels<T>.Width] : T.Zero;
            }
        });
        var tails = new double[Rungs.Count][];
        for (var rung = 0; rung < Rungs.Count; rung++)
        {
            tails[rung] = new double[samples];
            for (var i = 0; i < samples; i++)
            {
                tails[rung][i] = Math.Pow(*panels.Decay(rung, i), Rungs.Terms[rung]);
            }
        }

        var last = TensorTransfer.Upload<T>(Array.ConvertAll(tails[^1], T.CreateTruncating), device);
        return new(coefficients, tails, last, panels.First, panels.Step);
    }

    /// <summary>The number of stored coefficients among the first <c>terms</c>.</summary>
    internal int StoredOf(int terms) =>
        Math.Min((int)Coefficients.shape[0], Math.Max(1, (terms - First + Step - 1) / Step));
}
