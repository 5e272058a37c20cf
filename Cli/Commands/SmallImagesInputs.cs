using System.CommandLine;

namespace HadamardNtk.Cli.Commands;

/// <summary>The options of hntk study small-images.</summary>
internal sealed class SmallImagesInputs
{
    internal const string Study = "small-images";

    private readonly Option<string> _x2 =
        Inputs.File("--x2", $"The test images of the study {Study}.", required: false);

    private readonly Option<string> _y2 = Inputs.File("--y2", "The labels of the test images.", required: false);

    private readonly Option<int?> _draws = Inputs.Count(
        "--draws", $"How often the study {Study} draws training images. [default: 2, with --full 5]", 1);

    private readonly Option<int?> _tests = Inputs.Count(
        "--tests", "The number of its test images, the first ones. [default: 100, with --full 1000]", 1, "M");

    private readonly Option<bool> _resume = new("--resume")
    {
        Description = $"Keep the kernels of the study {Study} in DIR/kernels, and go on with those that are there.",
    };

    /// <summary>The options in the order of the help.</summary>
    internal IEnumerable<Option> All => [_x2, _y2, _draws, _tests, _resume];

    internal Values Of(ParseResult parsed, string folder) => new(
        parsed.GetValue(_x2), parsed.GetValue(_y2), parsed.GetValue(_draws), parsed.GetValue(_tests),
        parsed.GetValue(_resume) ? Path.Combine(folder, "kernels") : null);

    /// <summary>What these options say.</summary>
    internal sealed record Values(string? Samples, string? Labels, int? Draws, int? Tests, string? Kernels)
    {
        /// <summary>The options as they were given.</summary>
        internal string Text => (Samples is null ? "" : $" --x2 '{Samples}'")
            + (Labels is null ? "" : $" --y2 '{Labels}'") + (Draws is null ? "" : $" --draws {Draws}")
            + (Tests is null ? "" : $" --tests {Tests}") + (Kernels is null ? "" : " --resume");

        /// <summary>Fails where they do not go with the study.</summary>
        internal void Require(string study, string? samples, string? labels)
        {
            if (study != Study && Text.Length > 0)
            {
                throw new UsageException(
                    $"Expected --x2, --y2, --draws, --tests and --resume with the study {Study} alone; leave them "
                    + "out.");
            }

            if (study == Study && new[] { samples, labels, Samples, Labels }.Contains(null))
            {
                throw new UsageException(
                    $"Expected --x, --y, --x2 and --y2 with the study {Study}: training and test images with their "
                    + "labels. Give all four.");
            }
        }

        /// <summary>Runs the study.</summary>
        internal StudyResult Run(
            string samples, string labels, bool full, int seed, Notes notes, IProgress<double>? progress,
            CancellationToken stop)
        {
            var options = full ? SmallImagesOptions.Full : new();
            return SmallImagesStudy.Run(
                Read(samples, labels, notes),
                Read(Samples!, Labels!, notes),
                options with
                {
                    Seed = seed,
                    Draws = Draws ?? options.Draws,
                    TestImages = Tests ?? options.TestImages,
                    DataName = Path.GetFileName(samples),
                    KernelFolder = Kernels,
                },
                progress,
                stop);
        }

        private static LabeledImages Read(string samples, string labels, Notes notes)
        {
            var images = Inputs.ReadShaped(samples, notes);
            return images.Shape is { Extents.Count: 3 }
                ? new(images, Inputs.AsMany(labels, InputFiles.ReadLabels(labels), y => y.Length, images.Rows.Rows))
                : throw new DataFormatException(
                    samples, "images, an array of four dimensions (n, height, width, channels)",
                    images.Shape is null ? "flat rows" : $"{images.Shape}", "give a .npy or an idx file of images");
        }
    }
}
