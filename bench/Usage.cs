namespace HadamardNtk.Bench;

/// <summary>How to call this program.</summary>
internal static class Usage
{
    private const string Text =
        """
        dotnet run --project bench -c Release -- COMMAND

          large [--quick] [--huge] [--only PART,...] [--folder DIR] [--write] [--page]
                            whole-process runs; a full run writes bench/results/CPU.md
            --quick         small sizes and three rounds: to see that all works
            --huge          with the file of 14.4 GB, if the disk has room, and solvers of 40,000 and 60,000 samples
            --only PART,... parts only; nothing is written unless --write
            --no-blas       as on a machine without OpenBLAS, MKL or Accelerate
            --folder DIR    where files are written; the temporary folder unless given
            --name NAME     what was measured on, if not the processor: a GPU
            --write         puts the parts that ran into bench/results/CPU.md
            --page          and then the tables of docs/performance.md, as 'page' does
          page [FILE...]    the tables of docs/performance.md from bench/results/CPU.md, or from FILEs
          pieces [ARGS]     BenchmarkDotNet; ARGS are its own, such as --filter '*Strips*'

        """;

    /// <summary>Prints it, and the parts.</summary>
    /// <returns>2: the command was wrong.</returns>
    internal static int Show(string? complaint = null)
    {
        if (complaint is not null)
        {
            Console.Error.WriteLine(complaint);
        }

        Console.Error.Write(Text);
        foreach (var part in Parts.All)
        {
            Console.Error.WriteLine($"    part {part.Name,-10} {part.Title}");
        }

        return 2;
    }
}
