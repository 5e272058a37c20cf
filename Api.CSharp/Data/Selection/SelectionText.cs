namespace HadamardNtk;

/// <summary>Splits the text of a selection outside its quotes and brackets.</summary>
internal static class SelectionText
{
    internal static List<string> Split(string text, char at = ',')
    {
        var (parts, start, depth, quote) = (new List<string>(), 0, 0, '\0');
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (quote != '\0') quote = c == quote ? '\0' : quote;
            else if (c is '"' || (c is '\'' && text[start..i].Trim(' ').TrimEnd('[').Length == 0)) quote = c;
            else if (c is '[' or ']') depth += c == '[' ? 1 : -1;
            else if (c == at && depth == 0)
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }

        parts.Add(text[start..]);
        return parts;
    }
}
