using System.Text;
using System.Xml;

namespace HadamardNtk;

/// <summary>
/// Draws studies as one HTML page, which contains everything it shows: it needs no network and no scripts, and links to
/// the csv files beside it.
/// </summary>
/// <remarks>
/// The page is well-formed XML too. Charts are drawn with at most about 400 points per series, and the values are read
/// by pointing at them. Colors follow the reader's choice of light or dark.
/// </remarks>
/// <example><code>
/// var result = SpectralBiasStudy.Run();
/// HtmlReport.Write(result, "spectral-bias.html");
/// </code></example>
public static class HtmlReport
{
    /// <summary>Writes the page of a study. The file appears only when it is complete.</summary>
    /// <param name="result">The study.</param>
    /// <param name="path">The path of the file.</param>
    /// <param name="options">The options; their defaults unless given.</param>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public static void Write(StudyResult result, string path, ReportOptions? options = null) =>
        Write([result], path, options);

    /// <summary>Writes one page of several studies. The file appears only when it is complete.</summary>
    /// <param name="results">The studies, at least one, with different names.</param>
    /// <param name="path">The path of the file.</param>
    /// <param name="options">The options; their defaults unless given.</param>
    /// <exception cref="ArgumentException">There is no study, or two have the same name.</exception>
    /// <exception cref="OutputException">The file cannot be written.</exception>
    public static void Write(IReadOnlyList<StudyResult> results, string path, ReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(path);
        PartialFile.WriteText(path, ToHtml(results, options));
    }

    /// <summary>The page of a study as text.</summary>
    /// <param name="result">The study.</param>
    /// <param name="options">The options; their defaults unless given.</param>
    public static string ToHtml(StudyResult result, ReportOptions? options = null) => ToHtml([result], options);

    /// <summary>One page of several studies as text.</summary>
    /// <param name="results">The studies, at least one, with different names.</param>
    /// <param name="options">The options; their defaults unless given.</param>
    /// <exception cref="ArgumentException">There is no study, or two have the same name.</exception>
    public static string ToHtml(IReadOnlyList<StudyResult> results, ReportOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(results);
        Require(results);
        var text = new StringBuilder("<!DOCTYPE html>\n");
        var settings = new XmlWriterSettings { OmitXmlDeclaration = true, NewLineChars = "\n" };
        using (var writer = XmlWriter.Create(text, settings))
        {
            ReportPage.Of(results, options ?? new()).Save(writer);
        }

        return text.Append('\n').ToString();
    }

    private static void Require(IReadOnlyList<StudyResult> results)
    {
        if (results.Count == 0)
        {
            throw new ArgumentException("Expected at least one study; came none. Give one.", nameof(results));
        }

        foreach (var result in results)
        {
            ArgumentNullException.ThrowIfNull(result, nameof(results));
        }

        if (results.GroupBy(result => result.Name).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            throw new ArgumentException(
                $"Expected studies of different names, as links lead to them; came '{twice.Key}' twice. Rename one.",
                nameof(results));
        }
    }
}
