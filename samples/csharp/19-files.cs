#:package HadamardNtk@*

// Data from files, with numpy's selections or the names of a header, and predictions to files.
using HadamardNtk;

File.WriteAllText("flats.csv",
    """
    area,rooms,kind,price
    50,2,old,110
    80,3,new,190
    120,4,new,270
    65,2,old,130
    95,3,old,185
    40,1,new,105

    """);
Matrix x = DataFile.ReadMatrix("flats.csv[:,area:rooms]");           // or [:,:2]
Matrix y = DataFile.ReadTargets("flats.csv[:,price]");               // or [:,-1]
string[] kinds = DataFile.ReadTextLabels("flats.csv[:,kind]");       // integers: ReadLabels
Console.WriteLine($"{x.Rows} x {x.Columns}, {y.Rows} x {y.Columns}, {string.Join(' ', kinds)}");

var options = new RegressionOptions { Ridge = Ridge.Relative(1e-3), Center = true, CenterTargets = true };
var model = KernelRegression.Fit(Network.Parse("(dense(he,b=1) relu)^2 dense").Ntk(), x, y, options);
model.Predict(x).Mean.Save("prices.npy");                            // read by numpy.load
Console.WriteLine($"{DataFile.ReadMatrix("prices.npy[1]")[0, 0]:F0} is {y[1, 0]} in the file");

try
{
    DataFile.ReadMatrix("flats.csv[:,kind]");
}
catch (DataFormatException wrong)
{
    Console.WriteLine($"{wrong.File}: expected {wrong.Expected}; came {wrong.Actual}");
}

// > 6 x 2, 6 x 1, old new new old old new
// > 187 is 190 in the file
// > flats.csv: expected a finite number; came "old" in row 0, column 2 (counted from 0; line 2)
