using System.Globalization;

namespace HadamardNtk.Api.Tests.Learning;

/// <summary>A small data set in a folder of the UCI form: 24 rows of 3 features in 3 classes, two folds.</summary>
public abstract class UciFolder : DataFolder
{
    protected const int Rows = 24;

    protected UciFolder()
    {
        var x = Samples.Random(Rows, 3, 5);
        Put("set.txt", "n_entradas= 3\nn_clases= 3\nn_arquivos= 1\nfich1= set_R.dat\nn_patrons1= 24\nn_patrons_entrena= 12\nn_patrons_valida= 12\nn_conxuntos= 1\n");
        Put("set_R.dat", "\tf1\tf2\tf3\tclase\n" + string.Concat(Enumerable.Range(0, Rows).Select(i =>
            $"{i + 1}\t{string.Join('\t', x.Row(i).ToArray().Select(v => v.ToString("R", CultureInfo.InvariantCulture)))}\t{Class(x, i)}\n")));
        Put("conxuntos.dat", Line(i => i % 2 == 0) + Line(i => i % 2 == 1));
        Put("conxuntos_kfold.dat", Line(i => i < 18) + Line(i => i >= 18) + Line(i => i >= 6) + Line(i => i < 6));
    }

    /// <summary>The data's own folder.</summary>
    protected string Set => Path.Combine(Folder, "set");

    protected new string Put(string name, string content)
    {
        Directory.CreateDirectory(Set);
        return base.Put(Path.Combine("set", name), content);
    }

    protected string Content(string name) => File.ReadAllText(Path.Combine(Set, name));

    /// <summary>By the first two features, but for a few.</summary>
    protected static int Class(Matrix x, int i) => i % 7 == 3 ? i % 3 : x[i, 0] > 0.2 ? 0 : x[i, 1] > 0 ? 1 : 2;

    private static string Line(Func<int, bool> isIn) => string.Join(' ', Enumerable.Range(0, Rows).Where(isIn)) + " \n";
}
