namespace HadamardNtk;

/// <summary>A rectangle of a picture in pixels.</summary>
/// <param name="X">The left edge.</param>
/// <param name="Y">The upper edge.</param>
/// <param name="Width">The width.</param>
/// <param name="Height">The height.</param>
internal readonly record struct Frame(double X, double Y, double Width, double Height);
