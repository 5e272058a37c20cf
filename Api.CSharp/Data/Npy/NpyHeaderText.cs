using System.Globalization;

namespace HadamardNtk;

/// <summary>
/// Reads <c>{'descr': '&lt;f8', 'fortran_order': False, 'shape': (3, 4), }</c>, with the keys in any order.
/// </summary>
internal sealed class NpyHeaderText(string text)
{
    private string? _descr;
    private bool? _fortranOrder;
    private long[]? _shape;
    private int _at;

    /// <summary>Reads the text as a header.</summary>
    /// <exception cref="FormatException">The text is no header; the message names the expected part.</exception>
    public NpyHeader Parse()
    {
        Require('{');
        while (!Take('}'))
        {
            ParseEntry();
            if (!Take(',') && Peek() != '}') throw Expected("a comma or a closing brace");
        }

        if (Peek() != '\0') throw Expected("nothing behind its dict");
        return new NpyHeader(
            _descr ?? throw Expected("the key 'descr'"), _fortranOrder ?? throw Expected("the key 'fortran_order'"),
            _shape ?? throw Expected("the key 'shape'"));
    }

    private void ParseEntry()
    {
        var key = ParseString();
        Require(':');
        switch (key)
        {
            case "descr" when _descr is null: _descr = Peek() == '[' ? ParseList() : ParseString(); break;
            case "fortran_order" when _fortranOrder is null: _fortranOrder = ParseBool(); break;
            case "shape" when _shape is null: _shape = ParseShape(); break;
            default: throw Expected("the keys 'descr', 'fortran_order' and 'shape', each once");
        }
    }

    private string ParseString()
    {
        var quote = Peek();
        if (quote is not ('\'' or '"')) throw Expected("a quoted key or dtype");
        return TakeUntil(text.IndexOf(quote, ++_at), 1);
    }

    /// <summary>Reads a record dtype as text, so that the refusal can quote it.</summary>
    private string ParseList()
    {
        var comma = text.IndexOf("'fortran_order'", _at, StringComparison.Ordinal);
        return TakeUntil(text.LastIndexOf(']', comma < 0 ? text.Length - 1 : comma) + 1, 0);
    }

    private bool ParseBool()
    {
        if (TakeWord("True")) return true;
        return TakeWord("False") ? false : throw Expected("True or False for 'fortran_order'");
    }

    private long[] ParseShape()
    {
        Require('(');
        var axes = new List<long>();
        while (!Take(')'))
        {
            axes.Add(ParseAxis());
            if (!Take(',') && Peek() != ')') throw Expected("a comma or a closing parenthesis in the shape");
        }

        return [.. axes];
    }

    /// <summary>Reads the length of an axis. Python 2 wrote long integers as 3L.</summary>
    private long ParseAxis()
    {
        _ = Peek();
        var end = _at;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] is '-')) end++;
        var digits = TakeUntil(end, 0);
        _ = TakeWord("L");
        return long.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var axis)
            ? axis
            : throw Expected("integers below 2^63 in its shape");
    }

    private string TakeUntil(int end, int skip)
    {
        if (end < _at) throw Expected("closing quotes and brackets");
        var taken = text[_at..end];
        _at = end + skip;
        return taken;
    }

    private bool TakeWord(string word)
    {
        _ = Peek();
        if (!text.AsSpan(_at).StartsWith(word)) return false;
        _at += word.Length;
        return true;
    }

    private bool Take(char c)
    {
        if (Peek() != c) return false;
        _at++;
        return true;
    }

    private void Require(char c)
    {
        if (!Take(c)) throw Expected($"'{c}' at position {_at}");
    }

    /// <summary>The next character that is not white space; the character 0 at the end.</summary>
    private char Peek()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at])) _at++;
        return _at < text.Length ? text[_at] : '\0';
    }

    private static FormatException Expected(string what) => new(what);
}
