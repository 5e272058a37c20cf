namespace HadamardNtk.Core

open System

/// Standard normal numbers that a seed and a position decide, the same whatever the runtime's own generators do: the
/// n-th 64 bits are SplitMix64's finalizer of h + (n + 1) 0x9E3779B97F4A7C15 with h the finalizer of the seed +
/// 0x9E3779B97F4A7C15, and two of them make two normals by Box and Muller's sqrt(-2 log(1 - u)) (cos 2 pi v, sin 2 pi
/// v). Only the last bits of log, cos and sin are the platform's.
///
/// Source: Steele, Lea and Flood, Fast splittable pseudorandom number generators (2014); Box and Muller (1958).
[<RequireQualifiedAccess>]
module internal Draws =
    let private finalize (z: uint64) =
        let z = (z ^^^ (z >>> 30)) * 0xBF58476D1CE4E5B9UL
        let z = (z ^^^ (z >>> 27)) * 0x94D049BB133111EBUL
        z ^^^ (z >>> 31)

    // The seed is hashed first: without it the numbers of one seed would be those of another, moved along.
    let private start (seed: int64) = finalize (uint64 seed + 0x9E3779B97F4A7C15UL)

    // In [0, 1), a multiple of 2^-53.
    let private uniform start n =
        float (finalize (start + (uint64 n + 1UL) * 0x9E3779B97F4A7C15UL) >>> 11) * Math.ScaleB(1.0, -53)

    /// Number n of a seed's uniform numbers, a multiple of 2^-53 in [0, 1).
    let uniformAt seed (n: int64) = uniform (start seed) n

    // The numbers between two calls of a listener.
    let private beat = 1 <<< 16

    /// The first `count` normals of a seed. It calls `told` with the part that is drawn.
    let normalsTold (told: float -> unit) seed count =
        let start = start seed
        let draws = Array.zeroCreate<float>(count: int)

        for i in 0..2 .. count - 1 do
            if i % beat = 0 then
                told (float i / float count)

            let radius = sqrt (-2.0 * log (1.0 - uniform start (int64 i)))
            let angle = 2.0 * Math.PI * uniform start (int64 i + 1L)
            draws[i] <- radius * cos angle

            if i + 1 < count then
                draws[i + 1] <- radius * sin angle

        draws

    /// The first `count` normals of a seed.
    let normals seed count = normalsTold ignore seed count
