using HadamardNtk.Bench;

return args switch
{
    ["pieces", .. var rest] => PiecesRun.Start(rest),
    ["large", .. var rest] => LargeRun.Start(rest),
    ["readme", .. var rest] => ReadmeTable.Write(rest),
    [FirstCall.Word, .. var rest] => FirstCall.Run(rest),
    _ => Usage.Show(),
};
