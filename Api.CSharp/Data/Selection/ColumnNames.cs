namespace HadamardNtk;

/// <summary>Finds the columns of a text file by the names in its header.</summary>
internal static class ColumnNames
{
    private const int MostShown = 12;

    /// <summary>The columns that a name, or a range of names with both its ends, stands for.</summary>
    /// <exception cref="DataFormatException">There are no names, not this one, or it is of several columns.</exception>
    internal static AxisSelection Resolve(SelectedItem item, DataArray array, string selection)
    {
        var names = array.Table?.Names ?? throw new DataFormatException(
            array.File, "columns with names, from the header of a text file", $"[{selection}] and no names",
            "select columns by number, counted from 0");
        if (!item.IsRange)
        {
            return new(true, Place(item.First!), null, null);
        }

        var (first, last) = (item.First is { } f ? Place(f) : 0, item.Last is { } l ? Place(l) : names.Length - 1);
        return new(false, first, last + 1, null);

        int Place(string name)
        {
            var found = Enumerable.Range(0, names.Length).Where(k => names[k] == name).ToArray();
            return found.Length == 1 ? found[0] : throw Unfound(array.File, names, name, found.Length);
        }
    }

    private static DataFormatException Unfound(string file, string[] names, string name, int count) => count > 1
        ? new(
            file, "a name of one column", $"{MessageText.Quote(name)}, which {count} columns have",
            "select it by number, counted from 0")
        : new(
            file, $"a column of {Listed(names)}", MessageText.Quote(name), Suggestion(names, name));

    private static string Listed(string[] names) =>
        string.Join(", ", names.Take(MostShown)) + (names.Length > MostShown ? ", ..." : "");

    private static string Suggestion(string[] names, string name) =>
        Array.Find(names, known => string.Equals(known, name, StringComparison.OrdinalIgnoreCase)) is { } near
            ? $"write it as {MessageText.Quote(near)}"
            : "name one of these, in quotes if it has commas, colons or brackets";
}
