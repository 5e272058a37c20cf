namespace HadamardNtk;

/// <summary>The way that a series of a chart is drawn.</summary>
public enum SeriesStyle
{
    /// <summary>A solid line.</summary>
    Line,

    /// <summary>A dashed line, as for a prediction.</summary>
    Dashed,

    /// <summary>Markers without a line, as for measurements.</summary>
    Points,
}
