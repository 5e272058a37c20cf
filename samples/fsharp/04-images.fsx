#r "nuget: HadamardNtk"

// A convolutional network on images of 6 x 6: horizontal and vertical bars at places that training has not seen.
open HadamardNtk

let bar place vertical = [ for p in 0..35 -> if (if vertical then p % 6 else p / 6) = place then 1.0 else 0.1 ]

let images =
    array2D
        [ for place in [ 0; 2; 4 ] do
              for vertical in [ false; true ] -> bar place vertical ]

let labels =
    [| for _ in 1..3 do
           for name in [ "horizontal"; "vertical" ] -> name |]

let network =
    Network.Parse "image(6x6x1) (conv(k=3,pad=circular,w=1.41421356) relu)^2 global_avg_pool dense"

let options = RegressionOptions(Ridge = Ridge.Relative 1e-6)
let classifier = KernelClassifier.Fit(network.Ntk(), images, labels, options)
let others = array2D [ bar 1 true; bar 3 false; bar 5 true ]
printfn $"{List.ofSeq (classifier.Predict others).Labels}"

// > [vertical; horizontal; vertical]
