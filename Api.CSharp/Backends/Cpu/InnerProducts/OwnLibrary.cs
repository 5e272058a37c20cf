using System.Runtime.Intrinsics;

namespace HadamardNtk;

/// <summary>Our own kernels, with vectors of 512 bits if the processor has them, else of 256 bits.</summary>
internal sealed class OwnLibrary : ProductLibrary
{
    internal override string Name => "own";

    internal override string Description => $"own: chains of 256 fused multiply-adds, vectors of {Bits} bits";

    private static int Bits => Vector512.IsHardwareAccelerated ? 512 : 256;

    internal override InnerProducts<float> Single(Matrix x, Matrix y, Workers workers) =>
        Vector512.IsHardwareAccelerated ? Single512(x, y, workers) : Single256(x, y, workers);

    internal override InnerProducts<double> Double(Matrix x, Matrix y, Workers workers) =>
        Vector512.IsHardwareAccelerated ? Double512(x, y, workers) : Double256(x, y, workers);

    /// <summary>Inner products in float32 by vectors of 256 bits.</summary>
    internal static InnerProducts<float> Single256(Matrix x, Matrix y, Workers workers) =>
        new PanelProducts<Single256, float>(SingleRows.Of(x, workers), x, y, workers);

    /// <summary>Inner products in float32 by vectors of 512 bits.</summary>
    internal static InnerProducts<float> Single512(Matrix x, Matrix y, Workers workers) =>
        new PanelProducts<Single512, float>(SingleRows.Of(x, workers), x, y, workers);

    /// <summary>Inner products in float64 by vectors of 256 bits.</summary>
    internal static InnerProducts<double> Double256(Matrix x, Matrix y, Workers workers) =>
        new PanelProducts<Double256, double>(x.Data, x, y, workers);

    /// <summary>Inner products in float64 by vectors of 512 bits.</summary>
    internal static InnerProducts<double> Double512(Matrix x, Matrix y, Workers workers) =>
        new PanelProducts<Double512, double>(x.Data, x, y, workers);
}
