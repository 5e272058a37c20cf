namespace HadamardNtk;

/// <summary>
/// The size of a picture in pixels. Each picture is drawn twice, and the page shows the one that fits its width, so
/// that text is not made smaller on a phone.
/// </summary>
/// <param name="Class">The class by which the page's style shows or hides it.</param>
/// <param name="Width">The width.</param>
/// <param name="Height">The height.</param>
/// <param name="FontSize">The size of its text.</param>
/// <param name="HasTitles">True if points have titles. On a phone there is no pointing without touching.</param>
internal sealed record PictureSize(string Class, double Width, double Height, double FontSize, bool HasTitles)
{
    internal static PictureSize Wide { get; } = new("wide", 720, 400, 13, HasTitles: true);

    internal static PictureSize Narrow { get; } = new("narrow", 350, 280, 12, HasTitles: false);

    /// <summary>One of a row of small charts, of which two stand beside each other where there is room.</summary>
    internal static PictureSize Panel { get; } = new("small", 350, 280, 12, HasTitles: true);
}
