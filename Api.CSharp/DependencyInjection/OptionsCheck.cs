using Microsoft.Extensions.Options;

namespace HadamardNtk;

/// <summary>Checks options when the host starts, with a message for each that is wrong.</summary>
internal sealed class OptionsCheck(IEnumerable<Activation> activations) : IValidateOptions<HadamardNtkOptions>
{
    public ValidateOptionsResult Validate(string? name, HadamardNtkOptions options)
    {
        string[] failures = [.. Failures(options)];
        return failures.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    private IEnumerable<string> Failures(HadamardNtkOptions options)
    {
        if (options.Threads < 1)
        {
            yield return $"Threads: expected at least 1; came {options.Threads}.";
        }

        if (!Enum.IsDefined(options.Kernel))
        {
            yield return $"Kernel: expected Ntk or Nngp; came {options.Kernel}.";
        }

        if (!Enum.IsDefined(options.Precision))
        {
            yield return $"Precision: expected Float64 or Float32; came {options.Precision}.";
        }

        if (options.Network is { } text && Refusal(text) is { } refusal)
        {
            yield return $"Network: {refusal}";
        }
    }

    private string? Refusal(string text)
    {
        try
        {
            Network.Parse(text, activations).Ntk();
            return null;
        }
        catch (Exception e) when (e is NetworkSyntaxException or NetworkRefusedException)
        {
            return e.Message;
        }
    }
}
