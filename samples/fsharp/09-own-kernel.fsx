#r "nuget: HadamardNtk"

// Regression, spectra and dynamics take any kernel. One of your own on rows gives three members.
open HadamardNtk

/// k(x, x') = (1 + x.x')^degree.
type Polynomial(degree: int) =
    inherit RowKernel()

    let value (x: float[]) (other: float[]) = (1.0 + Array.fold2 (fun sum a b -> sum + a * b) 0.0 x other) ** degree
    let row (m: Matrix) i = m.Row(i).ToArray()

    override _.Cross(x: Matrix, other: Matrix, _, _) =
        Matrix(Array2D.init x.Rows other.Rows (fun i j -> value (row x i) (row other j)))

    override this.Gram(x: Matrix, options, cancellation) = this.Cross(x, x, options, cancellation)
    override _.Diagonal(x, _) = Array.init x.Rows (fun i -> value (row x i) (row x i))

let x = Matrix(array2D [ [ -2.0 ]; [ -1.0 ]; [ 0.0 ]; [ 1.0 ]; [ 2.0 ] ])
let options = RegressionOptions(Ridge = Ridge.Absolute 1e-9)
let model = KernelRegression.Fit(Polynomial 3, x, [| -8.0; -1.0; 0.0; 1.0; 8.0 |], options)
printfn $"f(3) = {model.Predict(Matrix(array2D [ [ 3.0 ] ])).Mean[0, 0]:F3}"

// > f(3) = 27.000
