#r "nuget: HadamardNtk"

// Data from files, with numpy's selections or the names of a header, and predictions to files.
open HadamardNtk
open System.IO

let rows = [ "50,2,110"; "80,3,190"; "120,4,270"; "65,2,130"; "95,3,185"; "40,1,105" ]
File.WriteAllLines("flats.csv", "area,rooms,price" :: rows)

let x = DataFile.ReadMatrix "flats.csv[:,area:rooms]" // or [:,:2]
let y = DataFile.ReadTargets "flats.csv[:,price]" // or [:,-1]
printfn $"{x.Rows} x {x.Columns}, {y.Rows} x {y.Columns}"

let options =
    RegressionOptions(Ridge = Ridge.Relative 1e-3, Center = true, CenterTargets = true)

let kernel = Network.Parse("(dense(he,b=1) relu)^2 dense").Ntk()
let model = KernelRegression.Fit(kernel, x, y, options)
model.Predict(x).Mean.Save("prices.npy") // read by numpy.load
let second = DataFile.ReadMatrix "prices.npy[1]"
printfn $"{second[0, 0]:F0} is {y[1, 0]} in the file"

// > 6 x 2, 6 x 1
// > 187 is 190 in the file
