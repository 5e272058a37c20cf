using System.Globalization;
using System.Text;
using Xunit;

namespace HadamardNtk.Api.Tests;

public class CsvReadingTests : DataFolder
{
    private static readonly double[,] Expected = { { 1, -2.5 }, { 3e2, 0.5 } };

    [Theory]
    [InlineData("1,-2.5\n3e2,.5\n")]
    [InlineData("1,-2.5\n3e2,.5")]
    [InlineData("1,-2.5\r\n3e2,.5\r\n")]
    [InlineData("1,-2.5\r3e2,.5\r")]
    [InlineData("1,-2.5\n3e2,.5\n\n  \n\n")]
    [InlineData(" 1 ,\t-2.5\n+3E+2,  0.5\n")]
    [InlineData("\"1\",\"-2.5\"\n\" 3e2\" , \".5\"\n")]
    [InlineData("\uFEFF1,-2.5\n3e2,.5\n")]
    [InlineData("a,b\n1,-2.5\n3e2,.5\n")]
    [InlineData("\uFEFF\"a, and\n\"\"more\"\"\",größe\r\n1,-2.5\r\n3e2,.5\r\n")]
    [InlineData("# 1st,2nd\n1,-2.5\n3e2,.5\n")]
    [InlineData(",b\n1,-2.5\n3e2,.5\n")]
    public void Numbers_are_read_with_or_without_header_quotes_mark_and_last_line_end(string text)
    {
        Same(Expected, DataFile.ReadMatrix(Put("x.csv", text)));
        Same(Expected, DataFile.ReadMatrix(Put("x.csv.gz", Zip(Encoding.UTF8.GetBytes(text)))));
    }

    [Fact]
    public void Whatever_the_culture_decimals_have_a_point()
    {
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = "," } };
        try
        {
            Same(new double[,] { { 1.5, 2 } }, DataFile.ReadMatrix(Put("x.csv", "1.5,2")));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Numbers_printed_in_full_come_back_bit_for_bit()
    {
        var random = new Random(1);
        var values = Enumerable.Range(0, 20000)
            .Select(_ => BitConverter.Int64BitsToDouble(random.NextInt64())).Where(double.IsFinite).ToArray();
        var text = string.Join('\n', values.Select(v => v.ToString("R", CultureInfo.InvariantCulture)));
        Assert.Equal(values, DataFile.ReadMatrix(Put("x.csv", text)).Data);
        var integers = Put("i.csv", "999999999999999,1234567890123456,007");
        Assert.Equal([999999999999999, 1234567890123456, 7], DataFile.ReadMatrix(integers).Data);
    }

    [Theory]
    [InlineData(1000, 100, "\n")]
    [InlineData(3, 100000, "\r\n")]
    [InlineData(100000, 1, "\r\n")]
    public void Lines_of_any_length_and_number_are_read(int rows, int columns, string lineEnd)
    {
        var values = Enumerable.Range(0, rows * columns).Select(i => (double)i).ToArray();
        var text = string.Join(lineEnd, values.Chunk(columns).Select(row => string.Join(',', row)));
        var matrix = DataFile.ReadMatrix(Put("x.csv", text));
        Assert.Equal((rows, columns), (matrix.Rows, matrix.Columns));
        Assert.Equal(values, matrix.Data);
    }

    [Theory]
    [InlineData("1,2\n3,four\n", "\"four\" in row 1, column 1 (counted from 0; line 2)")]
    [InlineData("a,b\n1,2\n3,four\n", "\"four\" in row 1, column 1 (counted from 0; line 3)")]
    [InlineData("a,b\r\n1,2\r\n3,four\r\n", "line 3")]
    [InlineData("\"a\nb\",c\n1,x\n", "\"x\" in row 0, column 1 (counted from 0; line 3)")]
    [InlineData("1,2\n3,\n", "an empty field in row 1, column 1")]
    [InlineData("1,2\n,\n", "an empty field in row 1, column 0")]
    [InlineData("1,2\n3,0x10\n", "\"0x10\"")]
    [InlineData("1,2\n3,1 000\n", "\"1 000\"")]
    [InlineData("1,2\n3,\"1\"2\n", "row 1, column 1")]
    [InlineData("1;2\n3;4\n", "\"1;2\" in row 0, column 0")]
    [InlineData("1 2\n3 4\n", "\"1 2\" in row 0, column 0")]
    public void Text_where_a_number_is_expected_is_refused_with_row_column_and_line(string text, string part) =>
        Refused(Put("x.csv", text), "a finite number", part);

    [Theory]
    [InlineData("nan")]
    [InlineData("NaN")]
    [InlineData("-inf")]
    [InlineData("Infinity")]
    [InlineData("1e999")]
    [InlineData("NA")]
    [InlineData("?")]
    public void Numbers_missing_or_not_finite_are_refused_in_the_first_line_too(string bad)
    {
        Refused(Put("x.csv", $"1,2\n3,{bad}\n"), $"\"{bad}\" in row 1, column 1");
        Refused(Put("y.csv", $"{bad}\n1\n"), $"\"{bad}\" in row 0, column 0");
        Refused(Put("z.csv", $"{bad},2\n3,4\n"), $"\"{bad}\" in row 0, column 0");
    }

    [Theory]
    [InlineData("1,2,x3\n4,5,6\n", "\"x3\" in row 0, column 2")]
    [InlineData("0,1,target\n4,5,6\n", "\"target\" in row 0, column 2")]
    [InlineData("1.2.3\n4\n", "\"1.2.3\" in row 0, column 0")]
    [InlineData("12a,13b\n4,5\n", "\"12a\" in row 0, column 0")]
    [InlineData("<5,>7\n4,5\n", "\"<5\" in row 0, column 0")]
    [InlineData("\uFEFF\uFEFF5\n4\n", "5\" in row 0, column 0")]
    [InlineData("\u00a05\n4\n", "5\" in row 0, column 0")]
    [InlineData("$5\n4\n", "\"$5\" in row 0, column 0")]
    [InlineData("(5)\n4\n", "\"(5)\" in row 0, column 0")]
    [InlineData("\"\"18\n98.5\n", "in row 0, column 0")]
    [InlineData("'18'\n98.5\n", "\"'18'\" in row 0, column 0")]
    public void A_first_line_that_may_be_spoilt_data_is_not_taken_for_a_header(string text, string part) =>
        Refused(Put("x.csv", text), part, "if this line is a header");

    [Theory]
    [InlineData("1,2\n3\n", "2 fields in every row; came 1 in row 1 (counted from 0; line 2)")]
    [InlineData("1,2\n3,4,5\n", "came 3 in row 1")]
    [InlineData("1,2\n3,4,\n", "came 3 in row 1")]
    [InlineData("a,b,c\n1,2\n", "3 fields in every row; came 2 in row 0 (counted from 0; line 2)")]
    [InlineData("1\n2,3\n", "1 field in every row; came 2")]
    public void Ragged_rows_are_refused_with_both_lengths(string text, string part) =>
        Refused(Put("x.csv", text), part);

    [Theory]
    [InlineData("1\n\n3\n", "row 1, column 0 (counted from 0; line 2); came a blank line")]
    [InlineData("\n1\n", "line 1); came a blank line")]
    [InlineData("a\n1\n \n2\n", "line 3); came a blank line")]
    public void A_blank_line_inside_a_single_column_is_a_missing_value(string text, string part) => Refused(Put("x.csv", text), part);

    [Theory]
    [InlineData("\n1,-2.5\n3e2,.5\n")]
    [InlineData("a,b\n\n1,-2.5\n \n\t\n3e2,.5\n")]
    [InlineData("# by hand\n\n# a, b\n1,-2.5\n# the last, row\n3e2,.5\n#,\n")]
    [InlineData("#a,b,c\na,b\n1,-2.5\n  # not,a,row\n3e2,.5")]
    [InlineData("1,-2.5\n#9,9\n3e2,.5")]
    public void Comments_and_blank_lines_between_rows_are_skipped(string text)
    {
        Same(Expected, DataFile.ReadMatrix(Put("x.csv", text)));
        Same(Expected, DataFile.ReadMatrix(Put("w.csv", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(text)])));
    }

    [Theory]
    [InlineData("a,b\n")]
    [InlineData("a,b")]
    [InlineData("\n\n")]
    [InlineData("\uFEFF")]
    public void A_file_without_rows_is_refused(string text) => Refused(Put("x.csv", text), "without any");

    [Fact]
    public void Quotes_that_never_close_are_refused() =>
        Refused(Put("x.csv", "1,2\n\"3,4\n5,6\n"), "closing quotes", "line 2");

    [Fact]
    public void A_long_text_is_quoted_in_part_and_on_one_line()
    {
        var path = Put("x.csv", "1\n\"a\nb" + new string('x', 9999) + "\"\n");
        Assert.True(Refused(path, "a b", "...").Message.Length < 400);
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        Refused(Put("x.csv", [.. "1,2\n"u8, 0, 1]), "begins with the bytes 31 2c 32 0a 00 01");
        Refused(Put("y.csv", [0xff, 0xfe, 0, 0, .. Encoding.UTF32.GetBytes("1,2\n")]), "text in UTF-32", "save it as UTF-8");
        Refused(Put("w.csv", Encoding.Unicode.GetBytes("1,2\n")), "text in UTF-16 without a byte order mark", "save it as UTF-8");
        Refused(Put("v.csv", Encoding.BigEndianUnicode.GetBytes("1,2\n")), "text in UTF-16 without a byte order mark");
        Refused(Put("u.csv", [0xff, 0xfe, 1, 0, 2, 0, 3, 0, 4, 0]), "UTF-16");
        Refused(Put("z.npz", [.. "PK"u8, 3, 4, 0, 0]), "a complete npz file", "cut short or damaged");
    }

    [Fact]
    public void Text_in_UTF16_with_its_mark_is_read()
    {
        foreach (var encoding in new[] { Encoding.Unicode, Encoding.BigEndianUnicode })
        {
            byte[] text = [.. encoding.GetPreamble(), .. encoding.GetBytes("größe,b\r\n1,-2.5\r\n3e2,.5\r\n")];
            Same(Expected, DataFile.ReadMatrix(Put("x.csv", text)));
            Same(Expected, DataFile.ReadMatrix(Put("x.csv.gz", Zip(text))));
            Refused(Put("y.csv", [.. encoding.GetPreamble(), .. encoding.GetBytes("1,2\n3,4"), 7]), "row 1, column 1");
        }
    }

    [Theory]
    [InlineData("#N/A\n1\n2\n", "#N/A")]
    [InlineData("#DIV/0!,#DIV/0!\n1,2\n", "#DIV/0!")]
    [InlineData("#NAME?,a\n1,2\n", "#NAME?")]
    [InlineData("#BEZUG!,a\n1,2\n", "#BEZUG!")]
    [InlineData("a,#NV\n1,2\n", "a")]
    [InlineData("-,b\n1,2\n", "-")]
    [InlineData("?,b\n1,2\n", "?")]
    [InlineData("a,,c\n1,2,3\n", "a")]
    [InlineData("a,b,\n1,2,3\n", "a")]
    [InlineData("a,\"\"\n1,2\n", "a")]
    [InlineData("a,NaN\n1,2\n", "a")]
    [InlineData("a,2019\n1,2\n", "a")]
    [InlineData("..,b\n1,2\n", "..")]
    [InlineData("n.a.,b\n1,2\n", "n.a.")]
    [InlineData("\\N,b\n1,2\n", "\\N")]
    [InlineData("<NA>,b\n1,2\n", "<NA>")]
    public void A_first_line_with_a_missing_value_is_no_header(string text, string first) =>
        Refused(Put("x.csv", text), $"\"{first}\" in row 0, column 0", "if this line is a header");

    [Theory]
    [InlineData("label,1x1,1x2\n1,2,3\n")]
    [InlineData("#id,#,%\n1,2,3\n")]
    [InlineData("#CHROM,a b,N/A count\n1,2,3\n")]
    [InlineData(",b,c\n1,2,3\n")]
    [InlineData("\"\",\"b\",\"c\"\n1,2,3\n")]
    [InlineData("Unnamed: 0,b,c\n1,2,3\n")]
    [InlineData("x (2019),y-1,_\u00e4\n1,2,3\n")]
    public void A_first_line_of_names_is_a_header(string text) =>
        Same(new double[,] { { 1, 2, 3 } }, DataFile.ReadMatrix(Put("x.csv", text)));

    [Theory]
    [InlineData(",b\n1,2\n", "", true)]
    [InlineData("Unnamed: 0,b\n1,2\n", "", true)]
    [InlineData(",b\n1,2\n", "[:,1:]", false)]
    [InlineData(",b\n1,2\n", "[:,::-1]", true)]
    [InlineData(",b\n1,2\n", "[:,0]", true)]
    [InlineData("a,b\n1,2\n", "", false)]
    [InlineData("1,2\n", "", false)]
    public void A_first_column_without_a_name_is_noted_where_it_is_read(string text, string selection, bool isNoted) =>
        Assert.Equal(isNoted, DataFile.Read(Put("x.csv", text) + selection).IsFirstUnnamed);

    [Theory]
    [InlineData("a;b\n1,5;2,5\n", "looks like ';' and decimals like 1,5", "tr ',;' '.,'")]
    [InlineData("1;2\n3;4\n", "looks like ';'", "tr ';' ','")]
    [InlineData("a\tb\n1\t2\n", "looks like a tab", "tr '\\t' ','")]
    [InlineData("1,5\t2,5\n", "looks like a tab and decimals like 1,5")]
    [InlineData("1 2\n3 4\n", "looks like a space")]
    [InlineData("1|2\n3|4\n", "looks like '|'")]
    [InlineData("a\n1,5\n", "if these commas are decimal ones")]
    public void Another_separator_than_a_comma_is_named(string text, params string[] parts) => Refused(Put("x.csv", text), parts);

    [Fact]
    public void Zeros_behind_a_number_are_no_part_of_it() =>
        Refused(Put("x.csv", $"{string.Concat(Enumerable.Repeat("1,2\n", 200))}3,4\0\0\0\n"), "row 200, column 1");
}
