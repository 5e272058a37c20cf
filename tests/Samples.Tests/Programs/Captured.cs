namespace HadamardNtk.Samples.Tests.Programs;

/// <summary>The console and the current folder of this process, lent to one program at a time.</summary>
internal static class Captured
{
    private static readonly Lock Console = new();

    /// <summary>What an action prints, with lines that end in '\n' alone, in an empty folder that is deleted.</summary>
    /// <exception cref="ProgramException">The action ends with an exception.</exception>
    internal static string Output(Action action)
    {
        lock (Console)
        {
            var (console, here) = (System.Console.Out, Environment.CurrentDirectory);
            var folder = Directory.CreateTempSubdirectory("hntk-sample-");
            using var text = new StringWriter { NewLine = "\n" };
            try
            {
                System.Console.SetOut(text);
                Environment.CurrentDirectory = folder.FullName;
                action();
                return text.ToString();
            }
            catch (Exception failure)
            {
                var message = $"{failure.GetType().Name}: {failure.Message}\nIt had printed:\n{text}";
                throw new ProgramException(message, failure);
            }
            finally
            {
                System.Console.SetOut(console);
                Environment.CurrentDirectory = here;
                folder.Delete(recursive: true);
            }
        }
    }
}
