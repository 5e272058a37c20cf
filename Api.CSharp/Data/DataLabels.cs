using System.Globalization;

namespace HadamardNtk;

/// <summary>
/// The labels in one column of a file: integers where all of them are, else the texts of a text file. A column of texts
/// and numbers is one of texts.
/// </summary>
internal sealed class DataLabels
{
    /// <summary>The words for a label that is missing, which is not the name of a class.</summary>
    private static readonly HashSet<string> Missing = new(StringComparer.OrdinalIgnoreCase)
    {
        "", "?", "nan", "na", "n/a", "#n/a", "#na", "<na>", "null", "(null)", "nat", "\\n",
    };

    private readonly string[]? _texts;

    private DataLabels(long[]? integers, string[]? texts, string? firstText = null) =>
        (Integers, _texts, FirstText) = (integers, texts, firstText);

    /// <summary>Integer labels.</summary>
    internal static DataLabels Of(long[] labels) => new(labels, null);

    /// <summary>The labels as integers; null where one is a text.</summary>
    internal long[]? Integers { get; }

    /// <summary>The first text where others are numbers, or null.</summary>
    internal string? FirstText { get; }

    /// <summary>The number of labels.</summary>
    internal int Count => Integers?.Length ?? _texts!.Length;

    /// <summary>The labels as texts, those of a text file as they stand there.</summary>
    internal string[] Texts() => _texts
        ?? Array.ConvertAll(Integers!, label => label.ToString(CultureInfo.InvariantCulture));

    /// <summary>Reads labels.</summary>
    /// <exception cref="DataFormatException">
    /// The file or the selection cannot be used, there are several columns, or a label is missing or a fraction.
    /// </exception>
    /// <param name="argument">The file, with or without a selection.</param>
    /// <param name="options">How text is read.</param>
    /// <param name="asTexts">Whether numbers of a text file are wanted as the texts that they are there.</param>
    /// <param name="watch">The listener, and the token that stops the work.</param>
    internal static DataLabels Read(
        string argument, DataFileOptions options, bool asTexts = false, Watch watch = default)
    {
        ArgumentNullException.ThrowIfNull(argument);
        var named = DataArgument.Parse(argument);
        using var content = DataSource.Open(named.Path, watch);
        var labels = Read(named, content, options, asTexts);
        watch.Progress?.Report(1);
        return labels;
    }

    /// <summary>Reads labels from their file, which is open.</summary>
    /// <inheritdoc cref="Read(string, DataFileOptions, bool, Watch)"/>
    internal static DataLabels Read(DataArgument named, Stream file, DataFileOptions options, bool asTexts = false)
    {
        var content = DataContent.Open(named, file);
        if (content.ReadNpyTexts() is var (strings, shape)) return OfNpy(named, strings, shape);
        var array = content.Read(options);
        if (array.Table is not { } table)
        {
            return new((named.Selection?.Of(array) ?? array).AsLabels(), null);
        }

        var (rows, columns) = (named.Selection ?? All).Places(array);
        var first = columns is [var only] ? table.Texts.GetValueOrDefault(only) : null;
        if (columns.Length > 1) throw array.NotLabels(rows.Length, columns.Length);
        if (first is null && !asTexts)
        {
            return new((named.Selection?.Of(array) ?? array.Numbers()).AsLabels(), null);
        }

        var all = content.ReadTexts(options, columns[0], table.HasHeader);
        RequireComplete(array.File, all, columns[0]);
        RequireDecoded(array.File, all);
        var texts = Array.ConvertAll(rows, row => all[row]);
        return new(null, texts, Array.Exists(texts, IsNumber) ? first?.Field : null);
    }

    private static DataLabels OfNpy(DataArgument named, string[] texts, int[] shape)
    {
        var array = new DataArray(named.Path, new double[texts.Length], shape).Flattened();
        var (rows, columns) = (named.Selection ?? All).Places(array);
        if (columns.Length > 1) throw array.NotLabels(rows.Length, columns.Length);
        RequireComplete(named.Path, texts, 0);
        var width = texts.Length / Math.Max(1, array.Shape[0]);
        return new(null, Array.ConvertAll(rows, row => texts[(row * width) + columns[0]]));
    }

    private static Selection All { get; } = new("", SelectedAxis.All, null);

    private static bool IsNumber(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    // Bytes that are no UTF-8 are all decoded to one character, so that different labels would be one.
    private static void RequireDecoded(string file, string[] labels)
    {
        var bad = Array.FindIndex(labels, label => label.Contains('\uFFFD'));
        if (bad >= 0)
        {
            throw new DataFormatException(
                file, "labels in UTF-8", $"{MessageText.Quote(labels[bad])} in row {bad} (counted from 0)",
                "save the text as UTF-8");
        }
    }

    private static void RequireComplete(string file, string[] labels, int column)
    {
        var bad = Array.FindIndex(labels, Missing.Contains);
        if (bad >= 0)
        {
            throw new DataFormatException(
                file, "a label in every row",
                $"{(labels[bad].Length == 0 ? "an empty field" : MessageText.Quote(labels[bad]))} in row {bad}, "
                + $"column {column} (counted from 0)",
                "fill the missing label in, or leave its row out");
        }
    }
}
