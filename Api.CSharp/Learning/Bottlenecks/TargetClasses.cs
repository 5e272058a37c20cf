namespace HadamardNtk;

/// <summary>The classes that targets stand for, if they are classes.</summary>
internal static class TargetClasses
{
    /// <summary>
    /// Whether training targets are classes: the signs of one column of two numbers ±a, the places of the greatest
    /// entries of one-hot rows, or those of the rows of probabilities that the softmax loss takes.
    /// </summary>
    internal static bool AreIn(Matrix y, Loss loss) =>
        loss == Loss.Softmax || (y.Columns == 1 ? AreSigns(y) : IsOneHot(y));

    /// <summary>The part of predictions f whose class is that of y.</summary>
    internal static double Right(Matrix f, Matrix y) => y.Columns == 1
        ? f.Data.Zip(y.Data, (a, b) => a * b > 0 ? 1.0 : 0).Average()
        : OneHot.Classes(f).Zip(OneHot.Classes(y), (a, b) => a == b ? 1.0 : 0).Average();

    private static bool AreSigns(Matrix y)
    {
        var most = y.Data.Max();
        return most > 0 && most == -y.Data.Min() && y.Data.All(v => Math.Abs(v) == most);
    }

    // One greatest number in each row, and one other number elsewhere, the same two in all rows.
    private static bool IsOneHot(Matrix y)
    {
        var (least, most) = (y.Data.Min(), y.Data.Max());
        return y.Data.All(v => v == least || v == most)
            && Enumerable.Range(0, y.Rows).All(i => y.Row(i).Count(most) == 1);
    }
}
