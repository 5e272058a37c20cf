namespace HadamardNtk;

/// <summary>Writes the files of a study.</summary>
public static class StudyFiles
{
    /// <summary>The name of the file that has everything.</summary>
    public const string ResultName = "result.json";

    /// <summary>The folder of the comma-separated files, below that of the study.</summary>
    internal const string Csv = "csv";

    /// <summary>
    /// Writes a study to a folder, whose other files stay: result.json, which has everything, and csv/NAME.csv for each
    /// table, chart and map.
    /// </summary>
    /// <remarks>
    /// <para>
    /// A table's file has a line of headings and a line for each row. A chart's has the columns series, x, y, lower and
    /// upper and a line for each point. A map's has the rows of the matrix without headings. Numbers parse back to the
    /// same float64. NaN, Infinity and -Infinity stand for numbers that are not finite; in result.json, whose keys are
    /// in snake_case, they are strings. Texts are in UTF-8, and quoted by RFC 4180 where they have to be.
    /// </para>
    /// <para>
    /// The files of csv appear together when all are complete. An older result.json is deleted just before, and the new
    /// one appears last. Where there is one, the study is complete.
    /// </para>
    /// </remarks>
    /// <param name="result">The study.</param>
    /// <param name="folder">The folder, which is created if its parent exists.</param>
    /// <exception cref="OutputException">The folder, or one of the files in it, cannot be written.</exception>
    public static void Write(StudyResult result, string folder)
    {
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(folder);
        var place = Create(folder);
        var (json, files) = (Path.Combine(place, ResultName), StudyCsv.Files(result));
        var text = StudyJson.Of(result);
        if (files.Count > 0)
        {
            WholeFolder.Replace(Path.Combine(place, Csv), [.. files.Select(file => file.Name)], to =>
            {
                foreach (var (name, write) in files)
                {
                    using var writer = new StreamWriter(Path.Combine(to, name));
                    write(writer);
                }

                File.Delete(json);
            });
        }

        PartialFile.WriteText(json, text);
    }

    private static string Create(string folder)
    {
        var place = WholeFolder.PlaceOf(folder);
        if (File.Exists(place))
        {
            throw Cannot(folder, "a file of that name");
        }

        WholeFolder.RequireWritable(place, [ResultName]);
        try
        {
            return Directory.CreateDirectory(place).FullName;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Cannot(folder, MessageText.Reason(e));
        }
    }

    private static OutputException Cannot(string folder, string came) =>
        new(OutputFault.CannotCreate, folder, "a folder for a study", came, "choose another folder");
}
