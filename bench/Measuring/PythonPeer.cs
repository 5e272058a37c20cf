using System.Diagnostics;

namespace HadamardNtk.Bench;

/// <summary>A Python program that waits for lines, does what each says, and answers it with a line.</summary>
internal sealed class PythonPeer : IDisposable
{
    private readonly Process _process;

    private PythonPeer(Process process, string greeting) => (_process, Greeting) = (process, greeting);

    /// <summary>What it said of itself when it was ready.</summary>
    internal string Greeting { get; }

    /// <summary>Starts one with the system's own Python; null where that lacks what the program imports.</summary>
    internal static PythonPeer? TryStart(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo("/usr/bin/python3") { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        Array.ForEach([program, .. arguments], start.ArgumentList.Add);
        if (!File.Exists(start.FileName))
        {
            return null;
        }

        var process = Process.Start(start)!;
        if (process.StandardOutput.ReadLine() is { } greeting)
        {
            return new(process, greeting);
        }

        process.Dispose();
        return null;
    }

    /// <summary>Has it do one thing to its end.</summary>
    /// <exception cref="InvalidOperationException">It ended instead.</exception>
    internal void Do(string what)
    {
        _process.StandardInput.Write(what + "\n");
        _process.StandardInput.Flush();
        if (_process.StandardOutput.ReadLine() is null)
        {
            throw new InvalidOperationException($"The Python program ended at '{what}': {_process.StandardError.ReadToEnd().Trim()}");
        }
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
