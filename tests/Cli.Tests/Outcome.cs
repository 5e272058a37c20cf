using System.Text.Json;
using Xunit;

namespace HadamardNtk.Cli.Tests;

/// <summary>What a finished run left: its exit code and what it said.</summary>
public sealed record Outcome(int Code, string Output, string Error)
{
    /// <summary>It went well and was silent on stderr.</summary>
    public Outcome Succeeded()
    {
        Assert.True(Code == 0 && Error.Length == 0, $"exit {Code}, stderr: {Error}");
        return this;
    }

    /// <summary>It failed with that code, one line on stderr and nothing on stdout; the line has all of the parts.</summary>
    public string Failed(int code, params string[] parts)
    {
        Assert.True(Output.Length == 0, $"stdout: {Output}");
        return FailedAfterOutput(code, parts);
    }

    /// <summary>The same for a command that had something to print first.</summary>
    public string FailedAfterOutput(int code, params string[] parts)
    {
        Assert.True(Code == code, $"exit {Code} instead of {code}; stdout: {Output}; stderr: {Error}");
        Assert.Matches(@"\Ahntk: [^\n\r]+\n\z", Error);
        foreach (var part in parts)
        {
            Assert.Contains(part, Error);
        }

        return Error;
    }

    /// <summary>The one JSON object on stdout, with exactly these keys in this order (any if none is given).</summary>
    public JsonElement Json(params string[] keys)
    {
        Succeeded();
        using var document = JsonDocument.Parse(Output);
        var root = document.RootElement.Clone();
        Assert.Equal(JsonValueKind.Object, root.ValueKind);
        if (keys.Length > 0)
        {
            Assert.Equal(keys, root.EnumerateObject().Select(p => p.Name));
        }

        return root;
    }

    public string[] Lines() => Output.TrimEnd('\n').Split('\n');
}
