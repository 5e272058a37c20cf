namespace HadamardNtk.Core

/// Where the values of a slice come from that no strip computes.
[<RequireQualifiedAccess>]
type internal SliceSource =
    /// The products of the inputs' positions.
    | Input of View
    /// The values that an earlier segment left, by the instruction that gives them.
    | Kept of pair: int

/// The values of pairs that a strip reads.
[<RequireQualifiedAccess>]
type internal SliceInput =
    /// The values of a slot at the same positions.
    | Same of slot: int
    /// The sums of a slot's values over windows of a grid of the given extents. Cyclic slices are up to four slices
    /// that are not: those of their offset less an extent along some axes. Where several slots are given, the windows
    /// of each of these read one of their own, the last axis first.
    | Summed of slots: int[] * window: Window * extents: int list

/// A strip program on the positions of one grid.
type internal SlicePass =
    {
        /// The extents of the grid.
        Extents: int list
        /// The number of the place of its slices.
        Place: int
        /// The values that the program reads.
        Inputs: SliceInput[]
        /// The program.
        Program: StripProgram
        /// The tables of its series.
        Tables: TableRequest[]
        /// The distances within which they are steep.
        Steepness: Steepness
        /// The slots that its results fill, one for each.
        Slots: int[]
        /// The values of samples, by their instructions, that are moments of pairs before an activation of this pass.
        Moments: int[]
        /// The program of these moments, with the same inputs and the same roundings. It reads no values of samples.
        MomentProgram: StripProgram option
    }

/// What becomes of the values at the end of a segment.
type internal SliceEnd =
    {
        /// The slot of the values.
        Slot: int
        /// The instruction of pairs whose values they give.
        Pair: int
    }

/// A slice M[p, p + o] of a segment is computed for one offset o after the other. A segment ends where the values of
/// different offsets meet, or at the kernel.
type internal SliceSegment =
    {
        /// The extents of the grid at the end.
        Extents: int list
        /// The step that joins the values: Pool, Total, Diagonal, or Everywhere for values of one position.
        Join: PositionStep
        /// Whether the slices at the end are cyclic.
        IsCyclic: bool
        /// The places of slices. Their bases come before them.
        Places: SlicePlace[]
        /// The slots: the instruction of pairs that each holds, and the number of its place.
        Slots: struct (int * int)[]
        /// The slots that are filled without a strip program.
        Loads: struct (int * SliceSource)[]
        /// The strip programs, in order.
        Passes: SlicePass[]
        /// The slots that are joined.
        Ends: SliceEnd[]
        /// The greatest sum of the doubts of all its values in float32.
        MostDoubt: float
    }
