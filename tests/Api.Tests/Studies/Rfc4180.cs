using System.Text;

namespace HadamardNtk.Api.Tests.Studies;

/// <summary>A reader of comma-separated text by the letter of RFC 4180, written for the tests alone.</summary>
internal static class Rfc4180
{
    internal static IEnumerable<string[]> Records(string text)
    {
        var (fields, field, quoted) = (new List<string>(), new StringBuilder(), false);
        for (var i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case '"' when quoted && i + 1 < text.Length && text[i + 1] == '"':
                    field.Append(text[i++]);
                    break;
                case '"':
                    quoted = !quoted;
                    break;
                case ',' or '\n' when !quoted:
                    fields.Add(field.ToString());
                    field.Clear();
                    if (text[i] == '\n')
                    {
                        yield return [.. fields];
                        fields.Clear();
                    }

                    break;
                default:
                    field.Append(text[i]);
                    break;
            }
        }
    }
}
