using System.Runtime.Intrinsics;

namespace HadamardNtk;

/// <summary>Our own kernels, with vectors of 512 bits if the processor has them, else of 256 bits.</summary>
internal sealed class OwnLibrary : ProductLibrary
{
    internal override string Name => "own";

    internal override string Description => $"own: chains of 256 fused multiply-adds, vectors of {Bits} bits";

    private static int Bits => Vector512.IsHardwareAccelerated ? 512 : 256;

    internal override InnerProducts<float> Single(
        Matrix x, Matrix y, Workers workers, PreparedSamples? prepared = null) =>
        Vector512.IsHardwareAccelerated ? Single512(x, y, workers, prepared) : Single256(x, y, workers, prepared);

    internal override InnerProducts<double> Double(
        Matrix x, Matrix y, Workers workers, PreparedSamples? prepared = null) =>
        Vector512.IsHardwareAccelerated ? Double512(x, y, workers, prepared) : Double256(x, y, workers, prepared);

    /// <summary>Inner products in float32 by vectors of 256 bits.</summary>
    internal static InnerProducts<float> Single256(
        Matrix x, Matrix y, Workers workers, PreparedSamples? prepared = null) =>
        new PanelProducts<Single256, float>(
            Rows(x, y, workers, prepared), x, RowPanels<Single256, float>.Of(y, workers, prepared));

    /// <summary>Inner products in float32 by vectors of 512 bits.</summary>
    internal static InnerProducts<float> Single512(
        Matrix x, Matrix y, Workers workers, PreparedSamples? prepared = null) =>
        new PanelProducts<Single512, float>(
            Rows(x, y, workers, prepared), x, RowPanels<Single512, float>.Of(y, workers, prepared));

    /// <summary>Inner products in float64 by vectors of 256 bits.</summary>
    internal static InnerProducts<double> Double256(
        Matrix x, Matrix y, Workers workers, PreparedSamples? prepared = null) =>
        new PanelProducts<Double256, double>(x.Data, x, RowPanels<Double256, double>.Of(y, workers, prepared));

    /// <summary>Inner products in float64 by vectors of 512 bits.</summary>
    internal static InnerProducts<double> Double512(
        Matrix x, Matrix y, Workers workers, PreparedSamples? prepared = null) =>
        new PanelProducts<Double512, double>(x.Data, x, RowPanels<Double512, double>.Of(y, workers, prepared));

    // Prepared samples that are their own rows keep those rounded too.
    private static float[] Rows(Matrix x, Matrix y, Workers workers, PreparedSamples? prepared) =>
        SingleRows.Of(x, workers, ReferenceEquals(x, y) ? prepared : null);
}
