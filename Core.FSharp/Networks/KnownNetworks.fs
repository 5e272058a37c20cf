namespace HadamardNtk.Core

/// Published networks on images and graphs, without their read-outs.
[<RequireQualifiedAccess>]
module KnownNetworks =
    let private relu = Layer.word "relu"

    /// The depths of `myrtle`, and the numbers of convolutions in its three parts. The read-out counts as a layer.
    let internal myrtles = [ 5, [ 2; 1; 1 ]; 7, [ 2; 2; 2 ]; 10, [ 3; 3; 3 ] ]

    /// The Myrtle network of depth 5, 7 or 10: three parts of convolutions of window 3 with relu, a mean of windows of
    /// 2 x 2 after each of the first two, and the mean over all positions at the end.
    ///
    ///     myrtle 5 = (conv relu)^2 avg_pool conv relu avg_pool conv relu global_avg_pool,  conv = conv(w=w,b=b)
    ///
    /// Source: Shankar et al., Neural kernels without tangents (2020).
    let myrtle depth w b =
        match List.tryFind (fst >> (=) depth) myrtles with
        | None -> invalidArg "depth" $"depth must be 5, 7 or 10; it is {depth}."
        | Some(_, parts) ->
            let conv = Layer.conv { Size = [ 3 ]; Stride = [ 1 ]; Padding = Same } (Layer.denseOptions w b)
            let pool = Layer.spatial (Average { Size = [ 2 ]; Stride = [ 2 ]; Padding = Valid })
            let pools = [ pool; pool; Layer.spatial GlobalAverage ]

            List.zip parts pools
            |> List.collect (fun (count, pool) -> [ Layer.repeat count (Layer.serial [ conv; relu ]); pool ])
            |> Layer.serial

    let private size what n =
        if n < 1 || n > 250 then
            invalidArg what $"{what} must be from 1 to 250; it is {n}."

    /// The graph neural network of B blocks of R layers whose tangent kernel is the GNTK, with jumping knowledge: the
    /// sum of the read-outs of the input and of all blocks, over all vertices.
    ///
    ///     sum(dense, b_1 sum(identity, b_2 sum(identity, ..., b_B))) global_sum_pool
    ///     b_1 = aggregate dense (relu dense(w=sqrt(2)))^R,  b_n = aggregate (relu dense(w=sqrt(2)))^R for n > 1
    ///
    /// Source: Du et al., Graph neural tangent kernel (2019).
    let gntk blocks mlp kind =
        size "blocks" blocks
        size "mlp" mlp
        let aggregate = Layer.spatial (Aggregate kind)
        let perceptron = Layer.repeat mlp (Layer.serial [ relu; Layer.dense (sqrt 2.0) 0.0 ])
        let later = Layer.serial [ aggregate; perceptron ]
        let first = Layer.serial [ aggregate; Layer.dense 1.0 0.0; perceptron ]
        let withNext block next = Layer.serial [ block; Layer.sum [ Layer.identity; next ] ]

        let all =
            match List.init blocks (fun n -> if n = 0 then first else later) |> List.rev with
            | last :: before -> List.fold (fun next block -> withNext block next) last before
            | [] -> invalidOp "There is at least one block."

        Layer.serial [ Layer.sum [ Layer.dense 1.0 0.0; all ]; Layer.spatial GlobalTotal ]
