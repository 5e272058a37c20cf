using HadamardNtk.Core;

namespace HadamardNtk;

/// <summary>
/// The language of <see cref="Network.Parse(string)"/>: all words that name layers, as <c>hntk layers</c> lists them.
/// </summary>
/// <remarks>The grammar is in docs/notation.md.</remarks>
public static class NetworkLanguage
{
    /// <summary>The words, layers first, then activations.</summary>
    public static IReadOnlyList<LanguageWord> Words { get; } = [.. Vocabulary.words.Select(LanguageWord.Of)];
}

/// <summary>A word of the language.</summary>
/// <param name="Name">The word.</param>
/// <param name="IsActivation">Whether it is an activation.</param>
/// <param name="TakesNetworks">Whether networks stand in its parentheses.</param>
/// <param name="Options">
/// The options in order. The value of the first one may be written without its key, unless the word takes networks.
/// </param>
/// <param name="Formula">What the layer computes from x, with the keys of the options.</param>
public sealed record LanguageWord(
    string Name, bool IsActivation, bool TakesNetworks, IReadOnlyList<LanguageOption> Options, string Formula)
{
    internal static LanguageWord Of(VocabularyWord word) => new(
        word.Name, word.IsActivation, word.TakesNetworks, [.. word.Options.Select(LanguageOption.Of)], word.Formula);
}

/// <summary>An option of a word.</summary>
/// <param name="Key">The key, as in <c>w</c> of <c>dense(w=2)</c>.</param>
/// <param name="Accepts">The accepted values in words, as in "a whole number from 1 to 250".</param>
/// <param name="Default">The value of an option that is left out, as text; null if it has none.</param>
/// <param name="IsRequired">Whether the option must be given.</param>
public sealed record LanguageOption(string Key, string Accepts, string? Default, bool IsRequired)
{
    internal static LanguageOption Of(WordOption option)
    {
        var text = option.Default?.Value;
        var isValue = text is not null && !text.StartsWith("no ", StringComparison.Ordinal);
        return new(option.Key, option.Accepts, isValue ? text : null, text is null);
    }
}
