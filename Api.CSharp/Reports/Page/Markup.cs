using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace HadamardNtk;

/// <summary>Elements of HTML and SVG. All text becomes their content, so that nothing has to be escaped.</summary>
internal static class Markup
{
    private static readonly XNamespace Html = "http://www.w3.org/1999/xhtml";
    private static readonly XNamespace Vector = "http://www.w3.org/2000/svg";
    private static readonly HashSet<string> Void = ["meta", "br", "hr", "img"];

    /// <summary>An element of HTML. Strings of the content are text.</summary>
    internal static XElement Tag(string name, params object?[] content)
    {
        var element = new XElement(Html + name, content.Select(Clean));
        if (element.IsEmpty && !Void.Contains(name))
        {
            // A browser reads <p/> as the start of a paragraph; an empty text makes it <p></p>.
            element.Value = "";
        }

        return element;
    }

    /// <summary>An element of SVG.</summary>
    internal static XElement Svg(string name, params object?[] content) => new(Vector + name, content.Select(Clean));

    /// <summary>An attribute.</summary>
    internal static XAttribute Is(this string name, string value) => new(name, Legal(value));

    /// <summary>An attribute that is a length in pixels, to a tenth.</summary>
    internal static XAttribute Is(this string name, double pixels) => new(name, Pixels(pixels));

    /// <summary>A length in pixels, to a tenth.</summary>
    internal static string Pixels(double pixels) => pixels.ToString("0.#", CultureInfo.InvariantCulture);

    private static object? Clean(object? content) => content is string text ? Legal(text) : content;

    // XML has no place for most control characters, and none for half a surrogate pair.
    private static string Legal(string text)
    {
        var legal = text.ToCharArray();
        for (var i = 0; i < legal.Length; i++)
        {
            if (i + 1 < legal.Length && XmlConvert.IsXmlSurrogatePair(legal[i + 1], legal[i])) i++;
            else if (!XmlConvert.IsXmlChar(legal[i])) legal[i] = '\uFFFD';
        }

        return new(legal);
    }
}
