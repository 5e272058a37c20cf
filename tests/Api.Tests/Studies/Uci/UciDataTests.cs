using Xunit;

namespace HadamardNtk.Api.Tests.Learning;

public class UciDataTests : UciFolder
{
    [Fact]
    public void A_folder_is_read_as_it_is()
    {
        var (data, x) = (UciData.Read(Set), Samples.Random(Rows, 3, 5));
        Assert.Equal(("set", 3), (data.Name, data.Classes));
        Assert.Equal(x.Data, data.X.Data);
        Assert.Equal(Enumerable.Range(0, Rows).Select(i => (long)Class(x, i)), data.Labels);
        Assert.Equal(Enumerable.Range(0, 12).Select(k => 2 * k), data.Validation.Training);
        Assert.Equal(Enumerable.Range(0, 12).Select(k => 2 * k + 1), data.Validation.Test);
        Assert.Equal(2, data.Folds.Count);
        Assert.Equal(Enumerable.Range(18, 6), data.Folds[0].Test);
        Assert.Equal(Enumerable.Range(6, 18), data.Folds[1].Training);
    }

    [Fact]
    public void The_folder_may_be_named_with_a_separator_behind_it() =>
        Assert.Equal("set", UciData.Read(Set + Path.DirectorySeparatorChar).Name);

    [Theory]
    [InlineData("set.txt")]
    [InlineData("set_R.dat")]
    [InlineData("conxuntos.dat")]
    [InlineData("conxuntos_kfold.dat")]
    public void A_missing_file_is_named(string name)
    {
        File.Delete(Path.Combine(Set, name));
        Refused(() => UciData.Read(Set), Path.Combine(Set, name), "no such file");
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        Refused(() => UciData.Read(Place("other")), Place("other"), "no such folder");
        Refused(() => UciData.Read(Path.Combine(Set, "set.txt")), "set.txt", "a file");
    }

    [Theory]
    [InlineData("set.txt", "n_clases= 3", "n_clases= 1", "n_clases", "at least 2", "\"1\"")]
    [InlineData("set.txt", "n_clases= 3", "classes 3", "n_clases")]
    [InlineData("set.txt", "n_entradas= 3", "n_entradas= 4", "6 fields", "5 in line 2")]
    [InlineData("set.txt", "n_patrons1= 24", "n_patrons1= 25", "25 rows", "came 24")]
    [InlineData("set.txt", "n_arquivos= 1", "n_arquivos= 2", "one file", "n_arquivos= 2")]
    [InlineData("set_R.dat", "\n3\t", "\n3\tx", "a finite number", "\"x", "line 4, field 2")]
    [InlineData("set_R.dat", "\n3\t", "\n3\tnan\t", "6 in line 4")]
    [InlineData("set_R.dat", "\n24\t", "\n\n24\t1e999", "a finite number", "line 26, field 2")]
    [InlineData("conxuntos.dat", "22 \n", "22 24\n", "a row from 0 to 23", "\"24\" in line 1, field 13")]
    [InlineData("conxuntos.dat", "22 \n", "22 -1\n", "\"-1\"")]
    [InlineData("conxuntos.dat", "22 \n", "22 2\n", "at most once", "\"2\" in line 1, field 13")]
    [InlineData("conxuntos.dat", "23 \n", "22 \n", "at most once", "\"22\" in line 2, field 12")]
    [InlineData("conxuntos.dat", "23 \n", "23 \n1\n", "two lines for each split", "3 lines")]
    [InlineData("conxuntos.dat", "23 \n", "23 \n1 2 3 4 5 6 7 8 9 10\n11\n", "4 lines")]
    [InlineData("conxuntos.dat", "0 2 4 6 8 10 12 14 16 18 20 22 \n", "0\n", "at least two classes", "line 1")]
    [InlineData("conxuntos_kfold.dat", "23 \n", "23.5 \n", "\"23.5\" in line 2, field 6")]
    public void What_is_wrong_is_said_with_its_place(string file, string old, string changed, params string[] said)
    {
        Assert.Contains(old, Content(file));
        var at = Content(file).IndexOf(old, StringComparison.Ordinal);
        Put(file, Content(file)[..at] + changed + Content(file)[(at + old.Length)..]);
        Refused(() => UciData.Read(Set), Path.Combine(Set, file == "set.txt" && said[0].EndsWith("fields") || said[0].EndsWith("rows") ? "set_R.dat" : file), said);
    }

    [Theory]
    [InlineData("3")]
    [InlineData("-1")]
    [InlineData("0.5")]
    public void A_class_outside_is_said_with_its_place(string label)
    {
        var lines = Content("set_R.dat").Split('\n');
        lines[7] = lines[7][..^1] + label;
        Put("set_R.dat", string.Join('\n', lines));
        Refused(() => UciData.Read(Set), "set_R.dat", "a class from 0 to 2", $"\"{label}\" in line 8, field 5");
    }

    [Fact]
    public void Bytes_that_are_no_text_are_refused()
    {
        File.WriteAllBytes(Path.Combine(Set, "set_R.dat"), [.. Enumerable.Range(0, 4000).Select(i => (byte)(i * 37))]);
        Refused(() => UciData.Read(Set), "set_R.dat");
    }
}
