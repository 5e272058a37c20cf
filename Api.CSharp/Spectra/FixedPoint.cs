namespace HadamardNtk;

/// <summary>The effect of a map near its fixed point, by the slope there.</summary>
public enum Stability
{
    /// <summary>|slope| &lt; 1: the map leads back to the point, exponentially fast.</summary>
    Stable,

    /// <summary>|slope| = 1 within the tolerance.</summary>
    Neutral,

    /// <summary>|slope| &gt; 1: the map leads away from the point.</summary>
    Unstable,
}

/// <summary>A fixed point of a map of one number.</summary>
/// <param name="Value">The number that the map keeps.</param>
/// <param name="Slope">The map's derivative there, which may be infinite.</param>
/// <param name="Stability">The effect of the map near the point.</param>
/// <param name="DepthScale">
/// −1/log |slope|, the number of copies of a block in which the distance from the point falls by a factor of e. It is 0
/// if the slope is 0, and infinite if the distance does not fall exponentially.
/// </param>
public sealed record FixedPoint(double Value, double Slope, Stability Stability, double DepthScale)
{
    internal static FixedPoint Of(Core.FixedPoint point, double tolerance) => new(
        point.Value,
        point.Slope,
        Core.PhaseModule.stability(tolerance, point) switch
        {
            { IsStable: true } => Stability.Stable,
            { IsNeutral: true } => Stability.Neutral,
            _ => Stability.Unstable,
        },
        Core.PhaseModule.depthScale(tolerance, point));
}
