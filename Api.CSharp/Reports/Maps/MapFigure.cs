using System.Globalization;
using System.Xml.Linq;
using static HadamardNtk.Markup;

namespace HadamardNtk;

/// <summary>A heat map with its title and caption.</summary>
internal static class MapFigure
{
    internal static XElement Of(StudyMap map, FigurePlace place)
    {
        var cells = new MapCells(map.Values);
        return Tag(
            "figure",
            "id".Is(place.Id),
            "class".Is("drawing"),
            Tag(place.Heading, map.Title),
            Tag("p", "class".Is("axis"), "↓ " + map.YTitle),
            MapPicture.Of(map, cells, PictureSize.Wide, place.Id + ".w"),
            MapPicture.Of(map, cells, PictureSize.Narrow, place.Id + ".n"),
            Tag("p", "class".Is("axis below map"), map.XTitle + " →"),
            Tag("figcaption", Caption(map, cells), place.Link));
    }

    private static string Caption(StudyMap map, MapCells cells)
    {
        string[] sentences = [map.Caption, .. Notes(map, cells)];
        return string.Concat(sentences.Where(sentence => sentence.Length > 0).Select(sentence => sentence + " "));
    }

    private static IEnumerable<string> Notes(StudyMap map, MapCells cells)
    {
        if (cells.Block > 1)
        {
            var (block, rows, columns) = (cells.Block, map.Values.Rows, map.Values.Columns);
            yield return Sentence(
                $"Each cell is the mean of {block} x {block} of the {rows} x {columns} values; the file has all.");
        }

        if (cells.NotFinite > 0)
        {
            yield return Sentence($"Cells with values that are not finite ({cells.NotFinite}) are gray.");
        }
    }

    private static string Sentence(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
