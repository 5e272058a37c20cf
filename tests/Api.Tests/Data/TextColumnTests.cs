using System.Text;
using Xunit;

namespace HadamardNtk.Api.Tests;

/// <summary>Tables with texts among their numbers: the texts are in nobody's way, and the numbers never less than complete.</summary>
public class TextColumnTests : DataFolder
{
    private const string Iris =
        "sepal_length,sepal_width,petal_length,petal_width,species\n5.1,3.5,1.4,0.2,setosa\n7.0,3.2,4.7,1.4,versicolor\n"
        + "6.3,3.3,6.0,2.5,virginica\n4.9,3.0,1.4,0.2,setosa\n";

    [Theory]
    [InlineData("[:,0:4]")]
    [InlineData("[:,:-1]")]
    [InlineData("[:,sepal_length:petal_width]")]
    [InlineData("[:,:petal_width]")]
    [InlineData("[:,[0,1,2,petal_width]]")]
    [InlineData("[:, [sepal_length : sepal_width, \"petal_length\", 'petal_width'] ]")]
    public void Numbers_are_selected_by_place_and_by_name(string selection) => Same(
        new[,] { { 5.1, 3.5, 1.4, 0.2 }, { 7, 3.2, 4.7, 1.4 }, { 6.3, 3.3, 6, 2.5 }, { 4.9, 3, 1.4, 0.2 } },
        DataFile.ReadMatrix(Put("iris.csv", Iris) + selection));

    [Fact]
    public void A_name_is_an_index_and_a_list_keeps_its_axis()
    {
        var file = Put("iris.csv", Iris);
        Assert.Equal([4], DataFile.Read(file + "[:,petal_length]").Shape);
        Assert.Equal([4, 1], DataFile.Read(file + "[:,[petal_length]]").Shape);
        Same(new[,] { { 0.2, 5.1 } }, DataFile.ReadMatrix(file + "[0,[petal_width,sepal_length]]"));
        Same(new[,] { { 6.0, 2.5 }, { 1.4, 0.2 } }, DataFile.ReadMatrix(file + "[[2,0],petal_length:petal_width]"));
        Same(new[,] { { 1.4, 0.2 } }, DataFile.ReadMatrix(file + "[[-1],2:-1]"));
    }

    [Theory]
    [InlineData("", "\"setosa\" in row 0, column 4 (counted from 0; line 2)", "select other columns")]
    [InlineData("[:2]", "\"setosa\" in row 0, column 4")]
    [InlineData("[:,[4,0]]", "\"setosa\" in row 0, column 4")]
    [InlineData("[:,specie]", "a column of sepal_length, sepal_width", "\"specie\"")]
    [InlineData("[:,Species]", "write it as \"species\"")]
    [InlineData("[:,species:sepal_width]", "leaves none")]
    [InlineData("[species,:]", "a selection behind the file name")]
    [InlineData("[:,sepal_length:2]", "a selection behind the file name")]
    [InlineData("[:,a:b:c]", "a selection behind the file name")]
    [InlineData("[:,[]]", "a selection behind the file name")]
    [InlineData("[:,[0,]]", "a selection behind the file name")]
    [InlineData("[:,sepal_length,sepal_width]", "a list of these in brackets")]
    [InlineData("[:,[0,9]]", "a column from 0 to 4", "9 in [:,[0,9]]")]
    public void A_column_of_texts_and_one_that_is_not_there_are_refused(string selection, params string[] parts) =>
        Refused(() => DataFile.ReadMatrix(Put("iris.csv", Iris) + selection), "iris.csv", parts);

    [Fact]
    public void Names_are_those_of_the_header_or_of_a_comment_before_the_rows()
    {
        Same(new[,] { { 2.0 } }, DataFile.ReadMatrix(Put("a.csv", "# made by hand\n# a, b\n1,2\n") + "[:,b]"));
        Same(new[,] { { 2.0 } }, DataFile.ReadMatrix(Put("b.csv", "\"a, \"\"1\"\"\",\"b[2]\"\n1,2\n") + "[:,\"b[2]\"]"));
        Same(new[,] { { 1.0 } }, DataFile.ReadMatrix(Put("b.csv", "\"a, \"\"1\"\"\",b\n1,2\n") + "[:,'a, \"1\"']"));
        Same(new[,] { { 2.0 } }, DataFile.ReadMatrix(Put("c.csv", "length (cm),it's\n1,2\n") + "[:,\"it's\"]"));
        Same(new[,] { { 1.0 } }, DataFile.ReadMatrix(Put("c.csv", "length (cm),it's\n1,2\n") + "[:,length (cm)]"));
        Refused(() => DataFile.ReadMatrix(Put("d.csv", "a,a\n1,2\n") + "[:,a]"), "d.csv", "which 2 columns have");
        Refused(() => DataFile.ReadMatrix(Put("e.csv", "1,2\n") + "[:,a]"), "e.csv", "columns with names", "by number");
        Refused(() => DataFile.ReadMatrix(Put("f.npy", NpyBytes.Of("|u1", "(1, 2)", [1, 2])) + "[:,a]"), "f.npy", "columns with names");
    }

    [Theory]
    [InlineData("a,b,c\n1,x,2\n3,,4\n")]
    [InlineData("a,b,c\n1,NA,2\n3,5,4\n")]
    [InlineData("1,x,2\n3,y,4\n")]
    [InlineData("1,NA,2\n3,5,4\n")]
    [InlineData("a,b,c\n1,\"x, \"\"y\"\"\nz\",2\n3,#,4\n")]
    public void What_is_not_selected_may_be_missing_or_anything(string text) =>
        Same(new double[,] { { 1, 2 }, { 3, 4 } }, DataFile.ReadMatrix(Put("x.csv", text) + "[:,::2]"));

    [Theory]
    [InlineData("a,b\n1,x\n,y\n", "an empty field in row 1, column 0", "fill the missing value in")]
    [InlineData("a,b\n1,x\nNA,y\n", "\"NA\" in row 1, column 0", "fill the missing value in")]
    public void A_missing_number_is_refused_with_its_place(string text, params string[] parts) =>
        Refused(Put("x.csv", text) + "[:,0]", parts);

    [Theory]
    [InlineData("0,1,target\n4,5,6\n7,8,9\n", "\"target\" in row 0, column 2", "if this line is a header")]
    [InlineData("0,1,target\n4.5,5,setosa\n7,8,setosa\n", "\"target\", which no other row has", "a header or data")]
    [InlineData("2019,2020,kind\n4.5,5,a\n7,8,b\n7,8,b\n7,8,a\n", "\"kind\", which no other row has")]
    public void A_header_with_numbers_in_it_is_not_taken_for_a_row_of_a_table_with_texts(string text, params string[] parts) =>
        Refused(Put("x.csv", text) + "[:,:2]", parts);

    [Fact]
    public void A_row_that_may_be_a_comment_is_refused()
    {
        var file = Put("x.csv", "#1 hit,1\n#2 hit,2\nno hit,3\n");
        Refused(() => DataFile.ReadMatrix(Put("x.csv", "name,n\na,1\n#2 hit,2\n") + "[:,1]"), file, "line 3", "quotes");
        Same(new double[,] { { 1 }, { 2 } }, DataFile.ReadMatrix(Put("x.csv", "name,n\na,1\n\"#2 hit\",2\n") + "[:,1]"));
        Same(new double[,] { { 1 }, { 3 } }, DataFile.ReadMatrix(Put("x.csv", "name,n\na,1\n# left out\nb,3\n") + "[:,1]"));
    }

    [Theory]
    [InlineData(FieldSeparator.Semicolon, "a;b\n1;-2.5\n 3e2 ; .5\n")]
    [InlineData(FieldSeparator.Tab, "a\tb\n1\t-2.5\n3e2\t.5\n")]
    [InlineData(FieldSeparator.Space, "a b\n1  -2.5\n  3e2\t.5 \n")]
    [InlineData(FieldSeparator.Space, "# a b\n1 -2.5\n\n3e2 .5\n")]
    [InlineData(FieldSeparator.Comma, "a,b\n1,-2.5\n3e2,.5\n")]
    public void Fields_are_separated_by_what_the_options_say(FieldSeparator separator, string text)
    {
        var options = new DataFileOptions { Separator = separator };
        Same(new[,] { { 1, -2.5 }, { 300, 0.5 } }, DataFile.ReadMatrix(Put("x.csv", text), options));
        Same(new[,] { { -2.5 }, { 0.5 } }, DataFile.ReadTargets(Put("x.csv", text) + "[:,b]", options));
    }

    [Fact]
    public void Empty_fields_between_tabs_are_missing_values()
    {
        var tabs = new DataFileOptions { Separator = FieldSeparator.Tab };
        Refused(() => DataFile.ReadMatrix(Put("x.csv", "1\t\t3\n4\t5\t6\n"), tabs), "x.csv", "an empty field in row 0, column 1");
        Refused(() => DataFile.ReadMatrix(Put("x.csv", "1\t2\t3\n\t\t\n"), tabs), "x.csv", "an empty field in row 1, column 0");
        Refused(() => DataFile.ReadMatrix(Put("x.csv", "1,2\n3,4\n"), tabs), "x.csv", "looks like a comma", "without --separator");
        Assert.Throws<ArgumentOutOfRangeException>(() => DataFile.ReadMatrix(Place("x.csv"), new DataFileOptions { Separator = (FieldSeparator)9 }));
    }

    [Fact]
    public void Labels_may_be_texts_and_come_as_they_stand()
    {
        var file = Put("iris.csv", Iris);
        Assert.Equal(["setosa", "versicolor", "virginica", "setosa"], DataFile.ReadTextLabels(file + "[:,species]"));
        Assert.Equal(["virginica", "versicolor"], DataFile.ReadTextLabels(file + "[2:0:-1,-1]"));
        Assert.Equal(["07", "7", "a \"b\", c"], DataFile.ReadTextLabels(Put("l.csv", "\uFEFFlabel\n07\n7\n\"a \"\"b\"\", c\"\n")));
        Assert.Equal(["1.5", "2"], DataFile.ReadTextLabels(Put("n.csv", "1.5\n2\n")));
        Assert.Equal(["+", "-", "none"], DataFile.ReadTextLabels(Put("s.csv", "label\n+\n-\nnone\n")));
        Assert.Equal(["3", "-4"], DataFile.ReadTextLabels(Put("l.npy", NpyBytes.Of("|i1", "(2,)", [3, 252]))));
    }

    [Theory]
    [InlineData("a\nb\na\nb\n", "a b a b")]
    [InlineData("a\nb\nc\n", "b c")]
    [InlineData("species\na\na\n", "a a")]
    public void In_a_column_of_texts_alone_a_first_line_that_occurs_again_is_a_row(string text, string labels) =>
        Assert.Equal(labels.Split(' '), DataFile.ReadTextLabels(Put("x.csv", text)));

    [Theory]
    [InlineData("s\na\n\"\"\nb\n", "an empty field in row 1, column 0")]
    [InlineData("s\na\nNA\nb\n", "\"NA\" in row 1, column 0")]
    [InlineData("s\na\n?\nb\n", "\"?\" in row 1, column 0", "leave its row out")]
    [InlineData("s,t\na,b\n", "labels of shape n or n x 1", "1 x 2")]
    public void A_missing_label_and_several_columns_are_refused(string text, params string[] parts) =>
        Refused(() => DataFile.ReadTextLabels(Put("x.csv", text)), "x.csv", parts);

    [Fact]
    public void Labels_that_are_no_UTF8_are_refused() => Refused(
        () => DataFile.ReadTextLabels(Put("x.csv", [.. "s\na\ngr"u8, 0xfc, .. "n\n"u8])), "x.csv", "UTF-8", "row 1");

    [Fact]
    public void Many_labels_of_numpy_keep_their_rows()
    {
        // A row times the number of rows is beyond 2^31 from row 21,475 on.
        const int Count = 100_000;
        var file = Put("t.npy", NpyBytes.Of(
            "|S6", $"({Count},)", [.. Enumerable.Range(0, Count).SelectMany(i => Encoding.ASCII.GetBytes($"r{i:00000}"))]));
        Assert.Equal(Enumerable.Range(0, Count).Select(i => $"r{i:00000}"), DataFile.ReadTextLabels(file));
        Assert.Equal(
            Enumerable.Range(42950, 17050).Select(i => $"r{i:00000}"), DataFile.ReadTextLabels(file + "[42950:60000]"));
    }

    [Fact]
    public void Labels_may_be_texts_of_numpy()
    {
        byte[] wide = [.. Encoding.UTF32.GetBytes("ab\0"), .. Encoding.UTF32.GetBytes("größe"[..3]), .. Encoding.UTF32.GetBytes("c\0\0")];
        byte[] swapped = [.. new UTF32Encoding(true, false).GetBytes("ab\0c\0\0")];
        Assert.Equal(["ab", "grö", "c"], DataFile.ReadTextLabels(Put("t.npy", NpyBytes.Of("<U3", "(3,)", wide))));
        Assert.Equal(["c", "grö"], DataFile.ReadTextLabels(Put("t.npy", NpyBytes.Of("<U3", "(3, 1)", wide)) + "[2:0:-1,0]"));
        Assert.Equal(["ab", "grö", "c"], DataFile.ReadTextLabels(Put("t.npy", NpyBytes.Of("<U3", "(3, 1)", wide, fortran: true))));
        byte[] four = [.. "abcd"u8];
        Refused(() => DataFile.ReadTextLabels(Put("t.npy", NpyBytes.Of("|S1", "(2, 2)", four, fortran: true)) + "[:,0]"), "t.npy", "Fortran", "ascontiguousarray");
        Assert.Equal(["ab", "c"], DataFile.ReadTextLabels(Put("t.npy", NpyBytes.Of(">U3", "(2,)", swapped))));
        Assert.Equal(["ab", "c"], DataFile.ReadTextLabels(Put("t.npy", NpyBytes.Of("|S2", "(2,)", [.. "abc\0"u8]))));
        Refused(() => DataFile.ReadTextLabels(Put("t.npy", NpyBytes.Of("<U3", "(3,)", wide[..^1]))), "t.npy", "36 bytes", "truncated");
        Refused(() => DataFile.ReadTextLabels(Put("t.npy", NpyBytes.Of("<U3", "(1, 3)", wide))), "t.npy", "1 x 3");
        Refused(() => DataFile.ReadTextLabels(Put("t.npy", NpyBytes.Of("|S2", "(2,)", [.. "ab\0\0"u8]))), "t.npy", "an empty field in row 1");
        Refused(Put("t.npy", NpyBytes.Of("<U3", "(3,)", wide)), "<U3");
    }
}
