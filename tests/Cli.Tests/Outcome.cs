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

    /// <summary>
    /// It failed with that code and one line on stderr, which has all of the parts; on stdout is nothing, or with --json the same
    /// line as JSON.
    /// </summary>
    public string Failed(int code, params string[] parts)
    {
        if (Output.Length > 0)
        {
            using var document = JsonDocument.Parse(Output);
            var error = document.RootElement.GetProperty("error");
            Assert.Equal((code, Error), (error.GetProperty("exitCode").GetInt32(), $"hntk: {error.GetProperty("message").GetString()}\n"));
        }

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

    /// <summary>
    /// The one JSON object on stdout. Its result has exactly these keys in this order (any if none is given), which stand beside
    /// the result too.
    /// </summary>
    public JsonElement Json(params string[] keys)
    {
        Succeeded();
        using var document = JsonDocument.Parse(Output);
        var root = document.RootElement.Clone();
        Assert.Equal(JsonValueKind.Object, root.ValueKind);
        if (keys.Length > 0)
        {
            Assert.Equal(keys, root.GetProperty("result").EnumerateObject().Select(p => p.Name));
            Assert.All(keys, key => Assert.True(root.TryGetProperty(key, out _), key));
        }

        return root;
    }

    public string[] Lines() => Output.TrimEnd('\n').Split('\n');
}
