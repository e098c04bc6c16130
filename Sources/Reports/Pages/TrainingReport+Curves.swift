import Training

// The course of the run.
extension TrainingReport {
  var curveBlocks: [Page.Block] {
    var blocks: [Page.Block] = []
    if run.resumedAt > 0 {
      blocks.append(
        .text(
          "The run went on from a checkpoint at update \(run.resumedAt); what is not in the checkpoint of the time before is missing in the curves."
        ))
    }
    blocks.append(.picture(run.scoreByEpoch.svg))
    if let chart = run.figureByEpoch { blocks.append(.picture(chart.svg)) }
    // If every epoch is one update, the first chart shows everything.
    if run.updates.count > run.losses.count { blocks.append(.picture(run.scoreByUpdate.svg)) }
    return blocks
  }
}
